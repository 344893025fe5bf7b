#include "repro/certificate/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "reprise/core/error.hpp"
#include "reprise/stats/holm.hpp"
#include "repro/catalogue.hpp"
#include "repro/editions.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

namespace {

std::tuple<std::ptrdiff_t, int, std::string, bool> order_of(const LogVerdict& verdict) {
  return {catalogue_index(verdict.experiment), verdict.edition, verdict.source,
          !verdict.of_its_time};
}

// Corrects the p-values of a family by Holm's method and counts its verdicts.
void correct(Certificate& certificate, const std::string& name,
             const std::vector<LogVerdict*>& verdicts) {
  if (verdicts.empty()) return;
  Family family{
      .name = name, .tests = verdicts.size(), .needed = runs_for_holm(verdicts.size(), kAlpha)};
  std::vector<double> p;
  for (const LogVerdict* verdict : verdicts) p.push_back(verdict->p);
  const auto adjusted = holm(p);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    verdicts[i]->holm_p = adjusted[i];
    family.rejected += adjusted[i] <= kAlpha;
    family.enough += verdicts[i]->runs >= family.needed;
    family.inconsistent += verdicts[i]->verdict == Verdict::inconsistent;
    family.consistent += verdicts[i]->verdict == Verdict::consistent;
    family.underpowered += verdicts[i]->verdict == Verdict::underpowered;
  }
  certificate.families.push_back(family);
}

// Sorts the verdicts so that those on one source are together, those in the semantics of its time
// first, and corrects them.
void correct_all(Certificate& certificate) {
  std::ranges::stable_sort(certificate.verdicts, {}, order_of);
  certificate.families.clear();
  std::vector<LogVerdict*> of_its_time;
  std::map<std::string, std::vector<LogVerdict*>> others;
  for (LogVerdict& verdict : certificate.verdicts) {
    (verdict.of_its_time ? of_its_time : others[verdict.semantics]).push_back(&verdict);
  }
  correct(certificate, "the book's time", of_its_time);
  for (const auto& [name, verdicts] : others) correct(certificate, name, verdicts);
}

}  // namespace

Certificate certify(const std::vector<RunGroup>& groups, const std::filesystem::path& results) {
  Certificate certificate;
  for (const RunGroup& group : groups) {
    const auto book = book_of(group.runs.front(), results);
    const auto logs = book ? printed_logs(*book, group.edition) : std::vector<PrintedLog>{};
    if (logs.empty()) certificate.unprinted.push_back(name_of(group));
    for (const PrintedLog& log : logs) certificate.verdicts.push_back(judge(group, log));
  }
  if (certificate.verdicts.empty()) {
    throw Error(fmt::format("found {}, of which the book prints no number: no verdict",
                            groups.empty() ? "no runs" : name_of(groups.front())));
  }
  correct_all(certificate);
  return certificate;
}

void add_verdicts(Certificate& certificate, const Certificate& earlier) {
  for (const LogVerdict& verdict : earlier.verdicts) {
    const bool anew = std::ranges::any_of(certificate.verdicts, [&](const LogVerdict& other) {
      return order_of(other) == order_of(verdict) && other.semantics == verdict.semantics;
    });
    if (!anew) certificate.verdicts.push_back(verdict);
  }
  for (const std::string& name : earlier.unprinted) {
    if (std::ranges::find(certificate.unprinted, name) == certificate.unprinted.end()) {
      certificate.unprinted.push_back(name);
    }
  }
  for (const MissingLog& log : earlier.missing) {
    const bool is_judged = std::ranges::any_of(certificate.verdicts, [&](const LogVerdict& other) {
      return other.experiment == log.experiment && other.edition == log.edition;
    });
    if (!is_judged) certificate.missing.push_back(log);
  }
  correct_all(certificate);
}

std::vector<MissingLog> missing_logs(const std::string& id, const std::filesystem::path& results) {
  const Experiment* experiment = find_anywhere(id);
  if (experiment == nullptr) {
    throw Error(
        fmt::format("--data-missing: found '{}', expected an experiment that reprise list "
                    "shows",
                    printable(id)));
  }
  std::vector<MissingLog> logs;
  const auto book = book_file_of(*experiment, results);
  for (const Edition& edition : editions()) {
    if (!book || !edition_has(edition.number, *experiment)) continue;
    for (const PrintedLog& log : printed_logs(*book, edition.number)) {
      logs.push_back({id, edition.number, log.source, log.quantities.size()});
    }
  }
  return logs;
}

std::vector<Certifiable> certifiable(const std::filesystem::path& results) {
  std::vector<Certifiable> found;
  for (const Section& section : catalogue()) {
    for (const Experiment& experiment : section.experiments) {
      const auto book = book_file_of(experiment, results);
      if (!book) continue;
      for (const Edition& edition : editions()) {
        if (!edition_has(edition.number, experiment)) continue;
        std::size_t quantities = 0;
        for (const auto& log : printed_logs(*book, edition.number))
          quantities += log.quantities.size();
        if (quantities == 0) continue;
        found.push_back({std::string(section.program), std::string(experiment.id), edition.number,
                         std::string(edition.semantics), quantities});
      }
    }
  }
  return found;
}

}  // namespace reprise::book
