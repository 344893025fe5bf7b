#include "bench/compare/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "reprise/stats/intervals.hpp"
#include "reprise/stats/ranks.hpp"
#include "reprise/stats/sign_test.hpp"

namespace reprise::compare {

namespace {

constexpr double kPower = 0.9;

bool is_different(const Verdict& verdict) {
  return verdict.label == Label::regression || verdict.label == Label::improvement;
}

// Adjusts p over these verdicts, then sets their labels.
void label_all(std::vector<Verdict>& verdicts, double alpha, double margin) {
  adjust(verdicts);
  for (Verdict& verdict : verdicts) {
    if (verdict.label != Label::failed) verdict.label = label_of(verdict, alpha, margin);
  }
}

// Also sets the minimum detectable effects of `verdicts`: the control shows their noise. Where A is
// called different from itself, it takes the verdicts back.
ControlVerdict judge_control(const Measurements& m, std::size_t rounds, double alpha,
                             const JudgeOptions& options, std::vector<Verdict>& verdicts) {
  ControlVerdict control;
  std::vector<Verdict> of_control;
  std::vector<std::vector<double>> by_round(rounds);
  std::vector<double> effects;
  const double tests = static_cast<double>(std::max<std::size_t>(verdicts.size(), 1));
  const bool is_planned = options.planned_rounds > 0;
  const auto last = is_planned ? static_cast<std::size_t>(options.planned_rounds) : rounds;
  const double last_alpha = is_planned ? options.planned_alpha : alpha;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (is_control(m.benchmarks[b])) continue;
    if (!m.error_of(0, b, options.clock).empty() ||
        !m.error_of(m.control(), b, options.clock).empty()) {
      continue;
    }
    const auto ratios = m.log_ratios(m.control(), b, rounds, options.clock);
    for (std::size_t i = 0; i < ratios.size(); ++i) by_round[i].push_back(ratios[i]);
    of_control.push_back(estimate(ratios, alpha));
    of_control.back().benchmark = b;
    const double effect =
        minimum_detectable_effect(ratios, last, last_alpha / tests, options.margin);
    effects.push_back(effect);
    control.detectable.update_largest(effect, m.benchmarks[b]);
    for (Verdict& verdict : verdicts) {
      if (verdict.benchmark == b) verdict.minimum_detectable_effect = effect;
    }
  }
  label_all(of_control, alpha, options.margin);
  for (const Verdict& of_a : of_control) {
    if (!is_different(of_a)) continue;
    for (Verdict& verdict : verdicts) {
      if (verdict.benchmark != of_a.benchmark || verdict.label == Label::failed) continue;
      verdict.label = Label::insufficient_data;
      verdict.control_differs = true;
    }
  }
  control.benchmarks = of_control.size();
  control.called_different =
      static_cast<std::size_t>(std::ranges::count_if(of_control, is_different));
  control.detectable.median = median(effects);
  std::vector<double> medians;
  for (const auto& ratios : by_round) {
    if (!ratios.empty()) medians.push_back(median(ratios));
  }
  const Verdict all = estimate(medians, alpha);
  control.ratio = all.ratio;
  control.low = all.low;
  control.high = all.high;
  return control;
}

}  // namespace

JudgeOptions planned(JudgeOptions options, const Looks& looks) {
  options.planned_rounds = looks.rounds.back();
  options.planned_alpha = looks.alpha_spent.back();
  return options;
}

double minimum_detectable_effect(const std::vector<double>& noise, std::size_t rounds, double level,
                                 double margin) {
  const double by_test = minimum_detectable_shift(noise, rounds, level, kPower);
  std::vector<double> sizes;
  for (const double value : noise) sizes.push_back(std::abs(value));
  // the median's standard error, about 1.253 sigma / sqrt(n), with sigma from the median deviation
  const double sigma = 1.4826 * median(sizes);
  const double error = 1.253 * sigma / std::sqrt(static_cast<double>(rounds));
  return std::exp(std::max(by_test, std::log1p(margin) + 1.2816 * error)) - 1;
}

std::string_view name_of(Test test) { return test == Test::sign ? "sign" : "blocked_rank"; }

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

Verdict estimate(const std::vector<double>& log_ratios, double alpha) {
  Verdict verdict;
  const Interval interval = median_interval(log_ratios, 1 - alpha);
  verdict.ratio = std::exp(interval.estimate);
  verdict.low = std::exp(interval.low);
  verdict.high = std::exp(interval.high);
  verdict.p = sign_test_p(log_ratios);
  return verdict;
}

Verdict estimate(const BlockedDifferences& log_ratios, double alpha) {
  Verdict verdict;
  const BlockedShift shift = blocked_shift(log_ratios, alpha / 2);
  verdict.ratio = std::exp(shift.estimate);
  verdict.low = std::exp(shift.low);
  verdict.high = std::exp(shift.high);
  verdict.p = std::min(1.0, 2 * std::min(blocked_rank_p(log_ratios), blocked_rank_p(-log_ratios)));
  return verdict;
}

Verdict failed_verdict(const std::string& base_error, const std::string& head_error) {
  Verdict verdict;
  verdict.label = Label::failed;
  verdict.base_error = base_error;
  verdict.head_error = head_error;
  verdict.error = head_error.empty() ? base_error : head_error;
  return verdict;
}

bool failed_in_base_only(const Verdict& verdict) {
  return verdict.label == Label::failed && verdict.head_error.empty();
}

Label label_of(const Verdict& verdict, double alpha, double margin, bool whole_interval) {
  const double upper = 1 + margin, lower = 1 / upper;
  const double least = whole_interval ? verdict.low : verdict.ratio;
  const double most = whole_interval ? verdict.high : verdict.ratio;
  if (verdict.adjusted_p <= alpha && least > upper) return Label::regression;
  if (verdict.adjusted_p <= alpha && most < lower) return Label::improvement;
  if (verdict.low >= lower && verdict.high <= upper) return Label::unchanged;
  return Label::insufficient_data;
}

std::size_t Judgement::undecided() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      verdicts, [](const Verdict& verdict) { return verdict.label == Label::insufficient_data; }));
}
bool Judgement::decided() const { return undecided() == 0; }

namespace {

Verdict judge_one(const Measurements& m, std::size_t c, std::size_t b, std::size_t rounds,
                  double alpha, const JudgeOptions& options) {
  std::string of_base = m.error_of(0, b, options.clock);
  if (of_base.empty()) of_base = m.error_of(m.control(), b, options.clock);
  const std::string of_head = m.error_of(c, b, options.clock);
  if (!of_base.empty() || !of_head.empty()) return failed_verdict(of_base, of_head);
  const auto to_base = m.log_ratios(c, b, rounds, options.clock);
  if (options.test == Test::sign) return estimate(to_base, alpha);
  return estimate(
      BlockedDifferences{to_base, m.log_ratios(c, b, rounds, options.clock, m.control())}, alpha);
}

// The verdict of an earlier look on a benchmark that has left since then, or null.
const Verdict* left_verdict(const Measurements& m, const Judgement* before, std::size_t contender,
                            std::size_t benchmark) {
  if (before == nullptr || !m.has_left(benchmark)) return nullptr;
  if (m.left_after[benchmark] > before->rounds) return nullptr;
  const auto found = std::ranges::find_if(before->verdicts, [&](const Verdict& verdict) {
    return verdict.contender == contender && verdict.benchmark == benchmark;
  });
  return found == before->verdicts.end() ? nullptr : &*found;
}

}  // namespace

Judgement judge(const Measurements& m, int rounds, double alpha, const JudgeOptions& options,
                const Judgement* before) {
  Judgement judgement{rounds, alpha, {}, {}};
  const auto n = static_cast<std::size_t>(rounds);
  std::vector<Verdict> left;
  for (std::size_t c = 1; c < m.control(); ++c) {
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      if (is_control(m.benchmarks[b])) continue;
      const Verdict* earlier = left_verdict(m, before, c, b);
      Verdict verdict = earlier ? *earlier : judge_one(m, c, b, n, alpha, options);
      if (earlier) {
        left.push_back(*earlier);
        if (!is_different(verdict)) verdict.p = 1;
      }
      verdict.contender = c;
      verdict.benchmark = b;
      const BenchmarkDetails &of_a = m.details[0][b], &of_c = m.details[c][b];
      verdict.bits_vary = of_a.bits_vary || of_c.bits_vary;
      verdict.different_bits = of_a.digest && of_c.digest && *of_a.digest != *of_c.digest;
      judgement.verdicts.push_back(verdict);
    }
  }
  label_all(judgement.verdicts, alpha, options.margin);
  judgement.control = judge_control(m, n, alpha, options, judgement.verdicts);
  for (const Verdict& earlier : left) {
    for (Verdict& verdict : judgement.verdicts) {
      const bool same =
          verdict.contender == earlier.contender && verdict.benchmark == earlier.benchmark;
      if (same) verdict = earlier;
    }
  }
  return judgement;
}

bool any_different(const Judgement& judgement) {
  return std::ranges::any_of(judgement.verdicts, is_different);
}

}  // namespace reprise::compare
