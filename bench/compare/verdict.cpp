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
void label_all(std::vector<RowVerdict>& rows, double share, double margin) {
  adjust(rows);
  for (RowVerdict& row : rows) {
    if (row.label != Label::failed) row.label = label_of(row, share, margin);
  }
}

ControlVerdict judge_control(const Measurements& m, std::size_t rounds, double share,
                             const JudgeOptions& options, std::vector<RowVerdict>& rows) {
  ControlVerdict control;
  std::vector<RowVerdict> same;
  std::vector<std::vector<double>> of_rounds(rounds);
  std::vector<double> detectables;
  for (std::size_t r = 0; r < m.rows.size(); ++r) {
    if (!m.error_of(0, r).empty()) continue;
    const auto ratios = m.log_ratios(m.control(), r, rounds, options.clock);
    for (std::size_t i = 0; i < ratios.size(); ++i) of_rounds[i].push_back(ratios[i]);
    same.push_back(measured(ratios, share));
    const double tests = static_cast<double>(std::max<std::size_t>(rows.size(), 1));
    const double smallest = detectable_change(ratios, share / tests, options.margin);
    detectables.push_back(smallest);
    if (smallest > control.largest_detectable) {
      control.largest_detectable = smallest;
      control.largest_row = m.rows[r];
    }
    for (RowVerdict& row : rows) {
      if (row.row == r) row.detectable = smallest;
    }
  }
  label_all(same, share, options.margin);
  control.rows = same.size();
  control.called_different =
      static_cast<std::size_t>(std::ranges::count_if(same, [](const RowVerdict& row) {
        return row.label == Label::regression || row.label == Label::improvement;
      }));
  control.median_detectable = median(detectables);
  std::vector<double> medians;
  for (const auto& of_round : of_rounds) {
    if (!of_round.empty()) medians.push_back(median(of_round));
  }
  const RowVerdict all = measured(medians, share);
  control.ratio = all.ratio;
  control.low = all.low;
  control.high = all.high;
  return control;
}

}  // namespace

double detectable_change(const std::vector<double>& noise, double level, double margin) {
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

RowVerdict measured(const std::vector<double>& log_ratios, double share) {
  RowVerdict row;
  const Interval interval = median_interval(log_ratios, 1 - share);
  row.ratio = std::exp(interval.estimate);
  row.low = std::exp(interval.low);
  row.high = std::exp(interval.high);
  row.p = sign_test_p(log_ratios);
  return row;
}

Label label_of(const RowVerdict& row, double share, double margin) {
  const double upper = 1 + margin, lower = 1 / upper;
  if (row.adjusted_p <= share && row.ratio > upper) return Label::regression;
  if (row.adjusted_p <= share && row.ratio < lower) return Label::improvement;
  if (row.low >= lower && row.high <= upper) return Label::unchanged;
  return Label::insufficient_data;
}

std::size_t Judgement::undecided() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      rows, [](const RowVerdict& row) { return row.label == Label::insufficient_data; }));
}
bool Judgement::decided() const { return undecided() == 0; }

Judgement judge(const Measurements& m, int rounds, double share, const JudgeOptions& options) {
  Judgement judgement{rounds, share, {}, {}};
  const auto n = static_cast<std::size_t>(rounds);
  for (std::size_t c = 1; c < m.control(); ++c) {
    for (std::size_t r = 0; r < m.rows.size(); ++r) {
      RowVerdict row;
      for (const std::size_t side : {std::size_t{0}, c, m.control()}) {
        if (row.error.empty()) row.error = m.error_of(side, r);
      }
      if (row.error.empty()) {
        row = measured(m.log_ratios(c, r, n, options.clock), share);
      } else {
        row.label = Label::failed;
      }
      row.contender = c;
      row.row = r;
      const auto &a = m.digests[0][r], &b = m.digests[c][r];
      row.bits_vary = m.bits_vary[0][r] || m.bits_vary[c][r];
      row.different_bits = a && b && *a != *b;
      judgement.rows.push_back(row);
    }
  }
  label_all(judgement.rows, share, options.margin);
  judgement.control = judge_control(m, n, share, options, judgement.rows);
  return judgement;
}

bool any_different(const Judgement& judgement) {
  return std::ranges::any_of(judgement.rows, [](const RowVerdict& row) {
    return row.label == Label::regression || row.label == Label::improvement;
  });
}

}  // namespace reprise::compare
