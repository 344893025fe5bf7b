#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "reprise/core/error.hpp"
#include "reprise/stats/band.hpp"
#include "reprise/stats/distance.hpp"
#include "reprise/stats/folding.hpp"
#include "reprise/stats/holm.hpp"
#include "reprise/stats/minimum_detectable_effect.hpp"
#include "reprise/stats/ranks.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/editions.hpp"

namespace reprise::book {

namespace {

using Columns = std::vector<std::size_t>;

std::string_view semantics_of(int edition) {
  return editions()[static_cast<std::size_t>(edition) - 1].semantics;
}

// Returns the chosen quantities of our runs, one row per run, with the book as the last row.
Matrix<double> with_book(const Matrix<double>& ours, const PrintedLog& log,
                         const Columns& columns) {
  Matrix<double> pool(ours.rows() + 1, columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t i = 0; i < ours.rows(); ++i) pool(i, j) = ours(i, columns[j]);
    pool(ours.rows(), j) = log.quantities[columns[j]].value;
  }
  return pool;
}

// Returns the sizes of the two groups into which the folding pivot divides the values, the smaller
// one first.
std::pair<std::size_t, std::size_t> group_sizes(const std::vector<double>& values) {
  const double pivot = folding_pivot(values);
  const auto below = static_cast<std::size_t>(
      std::ranges::count_if(values, [&](double value) { return value < pivot; }));
  return std::minmax({below, values.size() - below});
}

// Describes the clearest of two groups of seeds, or returns "". Every quantity except numbers of
// epochs is tested by the folding test, corrected by Holm's method over the quantities of the log;
// the smaller group must have 2 seeds and 5 % of all seeds at least.
std::string two_groups_in(const PrintedLog& log,
                          const std::vector<QuantityComparison>& quantities) {
  static std::map<std::size_t, FoldingTest> tests;  // by the number of runs
  std::vector<double> p;
  Columns of;
  for (std::size_t j = 0; j < quantities.size(); ++j) {
    const auto& ours = quantities[j].ours;
    const std::set<double> different(ours.begin(), ours.end());
    if (log.quantities[j].is_epoch() || different.size() < 10) continue;
    p.push_back(tests.try_emplace(ours.size(), ours.size()).first->second.p(ours));
    of.push_back(j);
  }
  const auto adjusted = holm(p);
  std::size_t found = 0, best = 0;
  for (std::size_t k = 0; k < adjusted.size(); ++k) {
    const auto& ours = quantities[of[k]].ours;
    const std::size_t fewest = std::max<std::size_t>(2, (ours.size() + 19) / 20);
    if (adjusted[k] > kAlpha || group_sizes(ours).first < fewest) continue;
    if (found++ == 0 || adjusted[k] < adjusted[best]) best = k;
  }
  if (found == 0) return "";
  const auto [fewer, more] = group_sizes(quantities[of[best]].ours);
  return fmt::format(
      "two groups of seeds in {} of {} quantities, clearest in {}: {} and {} seeds (folding test "
      "of "
      "unimodality, p {:.4f} after Holm)",
      found, adjusted.size(), quantities[of[best]].label, fewer, more, adjusted[best]);
}

Verdict verdict_of(const LogVerdict& log) {
  if (log.smallest_p > kAlpha) return Verdict::underpowered;
  // the p-value of a rank is exact, so that a rejection holds however weak the test is
  if (log.p <= kAlpha) return Verdict::inconsistent;
  const double effect = std::max(log.minimum_detectable_effect, log.minimum_detectable_effect_iqr);
  return effect > kLargestShift ? Verdict::underpowered : Verdict::consistent;
}

// Formats the seeds as ranges: "0..4, 9".
std::string ranges_of(const std::vector<RunRecord>& runs) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < runs.size();) {
    const std::uint64_t first = runs[i].seed;
    std::uint64_t last = first;
    while (++i < runs.size() && runs[i].seed == last + 1) ++last;
    parts.push_back(first == last ? fmt::format("{}", first) : fmt::format("{}..{}", first, last));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

Sample sample_of(const RunGroup& group) {
  const RunRecord& run = group.runs.front();
  return {.seeds = ranges_of(group.runs),
          .file = run.data.file,
          .sha256 = run.data.sha256,
          .verified = run.data.verified,
          .dtype = run.dtype,
          .backend = run.backend,
          .arithmetic = std::to_string(run.arithmetic)};
}

double p_without_epochs(const Matrix<double>& ours, const PrintedLog& log) {
  Columns others;
  for (std::size_t j = 0; j < log.quantities.size(); ++j) {
    if (!log.quantities[j].is_epoch()) others.push_back(j);
  }
  if (others.empty() || others.size() == log.quantities.size()) return std::nan("");
  return distance_p(with_book(ours, log, others), ours.rows());
}

// Compares each quantity of the log with our runs and fills the summary of all of them.
void compare_quantities(LogVerdict& verdict, const Matrix<double>& ours, const PrintedLog& log) {
  EffectOptions options{.level = kAlpha, .limit = kLargestShift};
  for (const PrintedQuantity& quantity : log.quantities) {
    options.resolutions.push_back(quantity.rounding.step(quantity.value));
  }
  const auto shifts = minimum_detectable_effects(ours, options);
  auto iqr_shifts = shifts;
  const Band band = band_of(ours), half = band_of(ours, 0.5);
  for (std::size_t j = 0; j < log.quantities.size(); ++j) {
    const PrintedQuantity& quantity = log.quantities[j];
    QuantityComparison comparison{quantity.label, quantity.curve,
                                  quantity.curve.empty() ? 0 : quantity.index + 1, quantity.value};
    for (std::size_t i = 0; i < ours.rows(); ++i) comparison.ours.push_back(ours(i, j));
    comparison.percentile = percentile_of(quantity.value, comparison.ours);
    comparison.low = band.low[j];
    comparison.median = band.median[j];
    comparison.high = band.high[j];
    comparison.deviation = deviation_of(ours, j);
    comparison.minimum_detectable_effect = shifts[j];
    // at least one rounding step, because the middle half of integers is often a single number
    const double spread = std::max((half.high[j] - half.low[j]) / 1.349, options.resolutions[j]);
    if (spread > 0) iqr_shifts[j] *= comparison.deviation / spread;
    verdict.quantities.push_back(std::move(comparison));
  }
  verdict.minimum_detectable_effect = median_effect(shifts);
  verdict.minimum_detectable_effect_iqr = median_effect(iqr_shifts);
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
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
        throw Error(fmt::format("{}, seed {}: {}: no verdict", name_of(group), group.runs[i].seed,
                                error.what()));
      }
    }
  }
  return values;
}

LogVerdict judge(const RunGroup& group, const PrintedLog& log) {
  LogVerdict verdict;
  verdict.experiment = group.experiment;
  verdict.edition = group.edition;
  verdict.source = log.source;
  verdict.semantics = group.semantics;
  verdict.of_its_time = group.semantics == semantics_of(group.edition);
  verdict.notes = log.notes;
  verdict.sample = sample_of(group);
  const Matrix<double> ours = quantities_of_runs(group, log);
  Columns all(log.quantities.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Matrix<double> pool = with_book(ours, log, all);
  verdict.runs = ours.rows();
  verdict.used = varying_columns(pool).size();
  verdict.smallest_p = 1 / static_cast<double>(pool.rows());
  verdict.p = distance_p(pool, ours.rows());
  verdict.p_without_epochs = p_without_epochs(ours, log);
  compare_quantities(verdict, ours, log);
  verdict.verdict = verdict_of(verdict);
  verdict.two_groups = two_groups_in(log, verdict.quantities);
  return verdict;
}

}  // namespace reprise::book
