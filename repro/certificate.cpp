#include "certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "catalogue.hpp"
#include "editions.hpp"
#include "printed.hpp"
#include "reprise/core/error.hpp"
#include "reprise/stats/band.hpp"
#include "reprise/stats/detectable.hpp"
#include "reprise/stats/distance.hpp"
#include "reprise/stats/folding.hpp"
#include "reprise/stats/holm.hpp"
#include "reprise/stats/ranks.hpp"
#include "stored.hpp"

namespace reprise::book {

namespace {

std::string_view semantics_of(int edition) {
  return editions()[static_cast<std::size_t>(edition) - 1].semantics;
}

Matrix<double> with_book(const Matrix<double>& ours, const PrintedLog& log) {
  Matrix<double> pool(ours.rows() + 1, ours.cols());
  for (std::size_t j = 0; j < ours.cols(); ++j) {
    for (std::size_t i = 0; i < ours.rows(); ++i) pool(i, j) = ours(i, j);
    pool(ours.rows(), j) = log.figures[j].value;
  }
  return pool;
}

// The most telling of the folding tests of all figures but numbers of epochs, if Holm's correction
// over them leaves it below the level.
std::string two_groups_in(const PrintedLog& log, const std::vector<FigurePlace>& places) {
  static std::map<std::size_t, FoldingTest> tests;  // by the number of runs
  std::vector<double> p;
  std::vector<std::size_t> of;
  for (std::size_t j = 0; j < places.size(); ++j) {
    const auto& ours = places[j].ours;
    const std::set<double> different(ours.begin(), ours.end());
    if (log.figures[j].is_epoch() || different.size() < 10) continue;
    p.push_back(tests.try_emplace(ours.size(), ours.size()).first->second.p(ours));
    of.push_back(j);
  }
  const auto adjusted = holm(p);
  const auto told = [](double a) { return a <= kLevel; };
  const auto first = std::ranges::find_if(adjusted, told);
  if (first == adjusted.end()) return "";
  const std::size_t place = of[static_cast<std::size_t>(first - adjusted.begin())];
  return fmt::format(
      "two groups of seeds in {} of {} figures, first in {} (folding test of unimodality, p {:.4f} "
      "after Holm)",
      std::ranges::count_if(adjusted, told), adjusted.size(), places[place].label, *first);
}

Finding finding_of(const CertificateRow& row) {
  if (row.smallest_p > kLevel) return Finding::underpowered;
  // a rank is exact however weak the test: what it finds is found
  if (row.p <= kLevel) return Finding::inconsistent;
  return row.detectable > kLargestShift ? Finding::underpowered : Finding::consistent;
}

CertificateRow judge(const RunGroup& group, const PrintedLog& log) {
  CertificateRow row;
  row.experiment = group.experiment;
  row.edition = group.edition;
  row.source = log.source;
  row.semantics = group.semantics;
  row.of_its_time = group.semantics == semantics_of(group.edition);
  row.notes = log.notes;
  const Matrix<double> ours = figures_of_runs(group, log), pool = with_book(ours, log);
  row.runs = ours.rows();
  row.used = varying_columns(pool).size();
  row.smallest_p = 1 / static_cast<double>(pool.rows());
  row.p = distance_p(pool, ours.rows());
  const auto shifts = detectable_shifts(ours, {.level = kLevel, .limit = kLargestShift});
  row.detectable = median_shift(shifts);
  row.finding = finding_of(row);
  const Band band = band_of(ours);
  for (std::size_t j = 0; j < log.figures.size(); ++j) {
    const PrintedFigure& figure = log.figures[j];
    FigurePlace place{figure.label, figure.curve, figure.curve.empty() ? 0 : figure.place + 1,
                      figure.value};
    for (std::size_t i = 0; i < ours.rows(); ++i) place.ours.push_back(ours(i, j));
    place.percentile = percentile_of(figure.value, place.ours);
    place.low = band.low[j];
    place.median = band.median[j];
    place.high = band.high[j];
    place.detectable = shifts[j];
    row.figures.push_back(std::move(place));
  }
  row.two_groups = two_groups_in(log, row.figures);
  return row;
}

void correct(Certificate& certificate, const std::string& name,
             const std::vector<CertificateRow*>& rows) {
  if (rows.empty()) return;
  Family family{.name = name, .tests = rows.size(), .needed = runs_for_holm(rows.size(), kLevel)};
  std::vector<double> p;
  for (const CertificateRow* row : rows) p.push_back(row->p);
  const auto adjusted = holm(p);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i]->holm_p = adjusted[i];
    family.rejected += adjusted[i] <= kLevel;
    family.enough += rows[i]->runs >= family.needed;
    family.inconsistent += rows[i]->finding == Finding::inconsistent;
    family.consistent += rows[i]->finding == Finding::consistent;
    family.underpowered += rows[i]->finding == Finding::underpowered;
  }
  certificate.families.push_back(family);
}

}  // namespace

const char* name_of(Finding finding) {
  switch (finding) {
    case Finding::consistent: return "consistent";
    case Finding::inconsistent: return "inconsistent";
    case Finding::underpowered: return "underpowered";
  }
  return "";
}

Matrix<double> figures_of_runs(const RunGroup& group, const PrintedLog& log) {
  Matrix<double> values(group.runs.size(), log.figures.size());
  for (std::size_t i = 0; i < group.runs.size(); ++i) {
    for (std::size_t j = 0; j < log.figures.size(); ++j) {
      try {
        values(i, j) = log.figures[j].of(group.runs[i]);
      } catch (const Error& error) {
        throw Error(fmt::format("{}, seed {}: {}: no verdict", name_of(group),
                                group.runs[i].at("seed").dump(), error.what()));
      }
    }
  }
  return values;
}

Certificate certify(const std::vector<RunGroup>& groups, const std::filesystem::path& results) {
  Certificate certificate;
  for (const RunGroup& group : groups) {
    const auto book = book_of(group.runs.front(), results);
    const auto logs = book ? printed_logs(*book, group.edition) : std::vector<PrintedLog>{};
    if (logs.empty()) certificate.unprinted.push_back(name_of(group));
    for (const PrintedLog& log : logs) certificate.rows.push_back(judge(group, log));
  }
  if (certificate.rows.empty()) {
    throw Error(fmt::format("found {}, of which the book prints no figure: no verdict",
                            groups.empty() ? "no run" : name_of(groups.front())));
  }
  // sources together, within them the semantics of the time first
  std::ranges::stable_sort(certificate.rows, {}, [&](const CertificateRow& row) {
    std::size_t place = 0;
    for (const RunGroup& group : groups) {
      if (group.experiment == row.experiment && group.edition == row.edition) break;
      ++place;
    }
    return std::tuple(place, row.source, !row.of_its_time);
  });
  std::vector<CertificateRow*> of_its_time;
  std::map<std::string, std::vector<CertificateRow*>> others;
  for (CertificateRow& row : certificate.rows) {
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
        for (const auto& log : printed_logs(*book, edition.number)) figures += log.figures.size();
        if (figures == 0) continue;
        found.push_back({std::string(section.program), std::string(experiment.id), edition.number,
                         std::string(edition.semantics), figures});
      }
    }
  }
  return found;
}

}  // namespace reprise::book
