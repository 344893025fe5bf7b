#include "bench/compare/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "reprise/stats/intervals.hpp"
#include "reprise/stats/ranks.hpp"
#include "reprise/stats/sign_test.hpp"

namespace reprise::compare {

namespace {

constexpr double kPower = 0.9;

// Holm over these rows, then their labels.
void label_all(std::vector<Verdict>& rows, double share, double margin) {
  adjust(rows);
  for (Verdict& row : rows) {
    if (row.label != Label::failed) row.label = label_of(row, share, margin);
  }
}

ControlVerdict judge_control(const Measurements& m, std::size_t rounds, double share,
                             const JudgeOptions& options, std::vector<Verdict>& rows) {
  ControlVerdict control;
  std::vector<Verdict> same;
  std::vector<std::vector<double>> of_rounds(rounds);
  std::vector<double> detectables;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    if (!m.error_of(0, r).empty()) continue;
    const auto ratios = m.log_ratios(m.control(), r, rounds, options.clock);
    for (std::size_t i = 0; i < ratios.size(); ++i) of_rounds[i].push_back(ratios[i]);
    same.push_back(measured(ratios, share));
    const double tests = static_cast<double>(std::max<std::size_t>(rows.size(), 1));
    const double smallest = minimum_detectable_effect(ratios, share / tests, options.margin);
    detectables.push_back(smallest);
    if (smallest > control.largest_minimum_detectable_effect) {
      control.largest_minimum_detectable_effect = smallest;
      control.least_sensitive_benchmark = m.benchmarks[r];
    }
    for (Verdict& row : rows) {
      if (row.benchmark == r) row.minimum_detectable_effect = smallest;
    }
  }
  label_all(same, share, options.margin);
  control.benchmarks = same.size();
  control.called_different =
      static_cast<std::size_t>(std::ranges::count_if(same, [](const Verdict& row) {
        return row.label == Label::regression || row.label == Label::improvement;
      }));
  control.median_minimum_detectable_effect = median(detectables);
  std::vector<double> medians;
  for (const auto& of_round : of_rounds) {
    if (!of_round.empty()) medians.push_back(median(of_round));
  }
  const Verdict all = measured(medians, share);
  control.ratio = all.ratio;
  control.low = all.low;
  control.high = all.high;
  return control;
}

}  // namespace

double minimum_detectable_effect(const std::vector<double>& noise, double level, double margin) {
  const double by_test = minimum_detectable_shift(noise, level, kPower);
  std::vector<double> sizes;
  for (const double value : noise) sizes.push_back(std::abs(value));
  // the median's standard error, about 1.253 sigma / sqrt(n), with sigma from the median deviation
  const double sigma = 1.4826 * median(sizes);
  const double error = 1.253 * sigma / std::sqrt(static_cast<double>(noise.size()));
  return std::exp(std::max(by_test, std::log1p(margin) + 1.2816 * error)) - 1;
}

std::string_view name_of(Label label) {
  switch (label) {
    case Label::regression: return "regression";
    case Label::improvement: return "improvement";
    case Label::unchanged: return "unchanged";
    case Label::insufficient_data: return "insufficient data";
    case Label::failed: return "failed";
  }
  return "";
}

Verdict measured(const std::vector<double>& log_ratios, double share) {
  Verdict row;
  const Interval interval = median_interval(log_ratios, 1 - share);
  row.ratio = std::exp(interval.estimate);
  row.low = std::exp(interval.low);
  row.high = std::exp(interval.high);
  row.p = sign_test_p(log_ratios);
  return row;
}

Label label_of(const Verdict& row, double share, double margin) {
  const double upper = 1 + margin, lower = 1 / upper;
  if (row.adjusted_p <= share && row.ratio > upper) return Label::regression;
  if (row.adjusted_p <= share && row.ratio < lower) return Label::improvement;
  if (row.low >= lower && row.high <= upper) return Label::unchanged;
  return Label::insufficient_data;
}

std::size_t Judgement::undecided() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      verdicts, [](const Verdict& row) { return row.label == Label::insufficient_data; }));
}
bool Judgement::decided() const { return undecided() == 0; }

Judgement judge(const Measurements& m, int rounds, double share, const JudgeOptions& options) {
  Judgement judgement{rounds, share, {}, {}};
  const auto n = static_cast<std::size_t>(rounds);
  for (std::size_t c = 1; c < m.control(); ++c) {
    for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
      Verdict row;
      for (const std::size_t side : {std::size_t{0}, c, m.control()}) {
        if (row.error.empty()) row.error = m.error_of(side, r);
      }
      if (row.error.empty()) {
        row = measured(m.log_ratios(c, r, n, options.clock), share);
      } else {
        row.label = Label::failed;
      }
      row.contender = c;
      row.benchmark = r;
      const BenchmarkDetails &a = m.details[0][r], &b = m.details[c][r];
      row.bits_vary = a.bits_vary || b.bits_vary;
      row.different_bits = a.digest && b.digest && *a.digest != *b.digest;
      judgement.verdicts.push_back(row);
    }
  }
  label_all(judgement.verdicts, share, options.margin);
  judgement.control = judge_control(m, n, share, options, judgement.verdicts);
  return judgement;
}

bool any_different(const Judgement& judgement) {
  return std::ranges::any_of(judgement.verdicts, [](const Verdict& row) {
    return row.label == Label::regression || row.label == Label::improvement;
  });
}

}  // namespace reprise::compare
