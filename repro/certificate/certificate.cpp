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

void correct(Certificate& certificate, const std::string& name,
             const std::vector<LogVerdict*>& rows) {
  if (rows.empty()) return;
  Family family{.name = name, .tests = rows.size(), .needed = runs_for_holm(rows.size(), kAlpha)};
  std::vector<double> p;
  for (const LogVerdict* row : rows) p.push_back(row->p);
  const auto adjusted = holm(p);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i]->holm_p = adjusted[i];
    family.rejected += adjusted[i] <= kAlpha;
    family.enough += rows[i]->runs >= family.needed;
    family.inconsistent += rows[i]->verdict == Verdict::inconsistent;
    family.consistent += rows[i]->verdict == Verdict::consistent;
    family.underpowered += rows[i]->verdict == Verdict::underpowered;
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
    throw Error(fmt::format("found {}, of which the book prints no figure: no verdict",
                            groups.empty() ? "no run" : name_of(groups.front())));
  }
  // sources together, within them the semantics of the time first
  std::ranges::stable_sort(certificate.verdicts, {}, [&](const LogVerdict& row) {
    std::size_t place = 0;
    for (const RunGroup& group : groups) {
      if (group.experiment == row.experiment && group.edition == row.edition) break;
      ++place;
    }
    return std::tuple(place, row.source, !row.of_its_time);
  });
  std::vector<LogVerdict*> of_its_time;
  std::map<std::string, std::vector<LogVerdict*>> others;
  for (LogVerdict& row : certificate.verdicts) {
    (row.of_its_time ? of_its_time : others[row.semantics]).push_back(&row);
  }
  correct(certificate, "the book's time", of_its_time);
  for (const auto& [name, rows] : others) correct(certificate, name, rows);
  return certificate;
}

std::vector<Certifiable> certifiable(const std::filesystem::path& results) {
  std::vector<Certifiable> found;
  for (const Section& section : catalogue()) {
    for (const Experiment& experiment : section.experiments) {
      const auto book = book_file_of(experiment, results);
      if (!book) continue;
      for (const Edition& edition : editions()) {
        if (!has(edition.number, experiment)) continue;
        std::size_t figures = 0;
        for (const auto& log : printed_logs(*book, edition.number)) figures += log.quantities.size();
        if (figures == 0) continue;
        found.push_back({std::string(section.program), std::string(experiment.id), edition.number,
                         std::string(edition.semantics), figures});
      }
    }
  }
  return found;
}

}  // namespace reprise::book
