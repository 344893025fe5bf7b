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
  // keep the verdicts on one source together, those in the semantics of its time first
  std::ranges::stable_sort(certificate.verdicts, {}, [&](const LogVerdict& verdict) {
    std::size_t index = 0;
    for (const RunGroup& group : groups) {
      if (group.experiment == verdict.experiment && group.edition == verdict.edition) break;
      ++index;
    }
    return std::tuple(index, verdict.source, !verdict.of_its_time);
  });
  std::vector<LogVerdict*> of_its_time;
  std::map<std::string, std::vector<LogVerdict*>> others;
  for (LogVerdict& verdict : certificate.verdicts) {
    (verdict.of_its_time ? of_its_time : others[verdict.semantics]).push_back(&verdict);
  }
  correct(certificate, "the book's time", of_its_time);
  for (const auto& [name, verdicts] : others) correct(certificate, name, verdicts);
  return certificate;
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
