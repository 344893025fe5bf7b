#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "reprise/core/error.hpp"
#include "reprise/stats/band.hpp"
#include "reprise/stats/detectable.hpp"
#include "reprise/stats/distance.hpp"
#include "reprise/stats/folding.hpp"
#include "reprise/stats/holm.hpp"
#include "reprise/stats/ranks.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/editions.hpp"

namespace reprise::book {

namespace {

using Columns = std::vector<std::size_t>;

std::string_view semantics_of(int edition) {
  return editions()[static_cast<std::size_t>(edition) - 1].semantics;
}

// The chosen figures of ours, then the book's.
Matrix<double> with_book(const Matrix<double>& ours, const PrintedLog& log,
                         const Columns& figures) {
  Matrix<double> pool(ours.rows() + 1, figures.size());
  for (std::size_t j = 0; j < figures.size(); ++j) {
    for (std::size_t i = 0; i < ours.rows(); ++i) pool(i, j) = ours(i, figures[j]);
    pool(ours.rows(), j) = log.quantities[figures[j]].value;
  }
  return pool;
}

// How many values lie on either side of where folding divides them, the fewer ones first.
std::pair<std::size_t, std::size_t> divided(const std::vector<double>& values) {
  const double pivot = folding_pivot(values);
  const auto below = static_cast<std::size_t>(
      std::ranges::count_if(values, [&](double value) { return value < pivot; }));
  return std::minmax({below, values.size() - below});
}

// The most telling of the folding tests of all figures but numbers of epochs, if Holm's correction
// over them leaves it below the level and the smaller group is no lone seed: 5 % at least, and 2.
std::string two_groups_in(const PrintedLog& log, const std::vector<QuantityComparison>& places) {
  static std::map<std::size_t, FoldingTest> tests;  // by the number of runs
  std::vector<double> p;
  Columns of;
  for (std::size_t j = 0; j < places.size(); ++j) {
    const auto& ours = places[j].ours;
    const std::set<double> different(ours.begin(), ours.end());
    if (log.quantities[j].is_epoch() || different.size() < 10) continue;
    p.push_back(tests.try_emplace(ours.size(), ours.size()).first->second.p(ours));
    of.push_back(j);
  }
  const auto adjusted = holm(p);
  std::size_t told = 0, best = 0;
  for (std::size_t k = 0; k < adjusted.size(); ++k) {
    const auto& ours = places[of[k]].ours;
    const std::size_t fewest = std::max<std::size_t>(2, (ours.size() + 19) / 20);
    if (adjusted[k] > kAlpha || divided(ours).first < fewest) continue;
    if (told++ == 0 || adjusted[k] < adjusted[best]) best = k;
  }
  if (told == 0) return "";
  const auto [fewer, more] = divided(places[of[best]].ours);
  return fmt::format(
      "two groups of seeds in {} of {} figures, clearest in {}: {} and {} seeds (folding test of "
      "unimodality, p {:.4f} after Holm)",
      told, adjusted.size(), places[of[best]].label, fewer, more, adjusted[best]);
}

Verdict verdict_of(const LogVerdict& row) {
  if (row.smallest_p > kAlpha) return Verdict::underpowered;
  // a rank is exact however weak the test: what it finds is found
  if (row.p <= kAlpha) return Verdict::inconsistent;
  const double needed = std::max(row.minimum_detectable_effect, row.minimum_detectable_effect_iqr);
  return needed > kLargestShift ? Verdict::underpowered : Verdict::consistent;
}

std::string ranges_of(const std::vector<nlohmann::json>& runs) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < runs.size();) {
    const auto first = runs[i].at("seed").get<std::uint64_t>();
    std::uint64_t last = first;
    while (++i < runs.size() && runs[i].at("seed").get<std::uint64_t>() == last + 1) ++last;
    parts.push_back(first == last ? fmt::format("{}", first) : fmt::format("{}..{}", first, last));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

Sample sample_of(const RunGroup& group) {
  const nlohmann::json& run = group.runs.front();
  return {.seeds = ranges_of(group.runs),
          .file = run.at("data").at("file"),
          .sha256 = run.at("data").at("sha256"),
          .dtype = run.at("dtype"),
          .backend = run.at("backend"),
          .arithmetic = run.at("arithmetic").dump()};
}

double p_without_epochs(const Matrix<double>& ours, const PrintedLog& log) {
  Columns others;
  for (std::size_t j = 0; j < log.quantities.size(); ++j) {
    if (!log.quantities[j].is_epoch()) others.push_back(j);
  }
  if (others.empty() || others.size() == log.quantities.size()) return std::nan("");
  return distance_p(with_book(ours, log, others), ours.rows());
}

// Where each figure lies among ours; fills what the row says of all of them.
void compare_quantities(LogVerdict& row, const Matrix<double>& ours, const PrintedLog& log) {
  DetectableOptions options{.level = kAlpha, .limit = kLargestShift};
  for (const PrintedQuantity& figure : log.quantities) {
    options.units.push_back(figure.rounding.step(figure.value));
  }
  const auto shifts = detectable_shifts(ours, options);
  auto by_the_middle = shifts;
  const Band band = band_of(ours), half = band_of(ours, 0.5);
  for (std::size_t j = 0; j < log.quantities.size(); ++j) {
    const PrintedQuantity& figure = log.quantities[j];
    QuantityComparison place{figure.label, figure.curve, figure.curve.empty() ? 0 : figure.place + 1,
                      figure.value};
    for (std::size_t i = 0; i < ours.rows(); ++i) place.ours.push_back(ours(i, j));
    place.percentile = percentile_of(figure.value, place.ours);
    place.low = band.low[j];
    place.median = band.median[j];
    place.high = band.high[j];
    place.deviation = deviation_of(ours, j);
    place.minimum_detectable_effect = shifts[j];
    // a step at least: of whole numbers the middle half is often one number
    const double spread = std::max((half.high[j] - half.low[j]) / 1.349, options.units[j]);
    if (spread > 0) by_the_middle[j] *= place.deviation / spread;
    row.quantities.push_back(std::move(place));
  }
  row.minimum_detectable_effect = median_shift(shifts);
  row.minimum_detectable_effect_iqr = median_shift(by_the_middle);
}

}  // namespace

const char* name_of(Verdict finding) {
  switch (finding) {
    case Verdict::consistent: return "consistent";
    case Verdict::inconsistent: return "inconsistent";
    case Verdict::underpowered: return "underpowered";
  }
  return "";
}

Matrix<double> quantities_of_runs(const RunGroup& group, const PrintedLog& log) {
  Matrix<double> values(group.runs.size(), log.quantities.size());
  for (std::size_t i = 0; i < group.runs.size(); ++i) {
    for (std::size_t j = 0; j < log.quantities.size(); ++j) {
      try {
        values(i, j) = log.quantities[j].of(group.runs[i]);
      } catch (const Error& error) {
        throw Error(fmt::format("{}, seed {}: {}: no verdict", name_of(group),
                                group.runs[i].at("seed").dump(), error.what()));
      }
    }
  }
  return values;
}

LogVerdict judge(const RunGroup& group, const PrintedLog& log) {
  LogVerdict row;
  row.experiment = group.experiment;
  row.edition = group.edition;
  row.source = log.source;
  row.semantics = group.semantics;
  row.of_its_time = group.semantics == semantics_of(group.edition);
  row.notes = log.notes;
  row.sample = sample_of(group);
  const Matrix<double> ours = quantities_of_runs(group, log);
  Columns all(log.quantities.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Matrix<double> pool = with_book(ours, log, all);
  row.runs = ours.rows();
  row.used = varying_columns(pool).size();
  row.smallest_p = 1 / static_cast<double>(pool.rows());
  row.p = distance_p(pool, ours.rows());
  row.p_without_epochs = p_without_epochs(ours, log);
  compare_quantities(row, ours, log);
  row.verdict = verdict_of(row);
  row.two_groups = two_groups_in(log, row.quantities);
  return row;
}

}  // namespace reprise::book
