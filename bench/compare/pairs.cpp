#include "bench/compare/pairs.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "reprise/stats/ranks.hpp"
#include "reprise/stats/sign_test.hpp"

namespace reprise::compare {

namespace {

// The contenders that can win a benchmark: it has not failed, and they run code of their own.
// Borrowed code could only be told apart from its owner's by noise.
std::vector<std::size_t> candidates(const Measurements& m, std::size_t benchmark, Clock clock) {
  std::vector<std::size_t> all;
  for (std::size_t c = 0; c < m.control(); ++c) {
    if (m.error_of(c, benchmark, clock).empty() && !m.details[c][benchmark].borrowed)
      all.push_back(c);
  }
  return all;
}

std::optional<std::size_t> fastest(const Measurements& m, std::size_t benchmark, Clock clock) {
  if (is_control(m.benchmarks[benchmark])) return {};
  const auto all = candidates(m, benchmark, clock);
  if (all.empty()) return {};
  return *std::ranges::min_element(
      all, {}, [&](std::size_t c) { return m.median_time(c, benchmark, clock); });
}

// The verdict on a compared with b, given that on b compared with a.
Verdict inverse(Verdict verdict, std::size_t contender) {
  verdict.contender = contender;
  const double low = verdict.low;
  verdict.ratio = 1 / verdict.ratio;
  verdict.low = 1 / verdict.high;
  verdict.high = 1 / low;
  if (verdict.label == Label::regression) {
    verdict.label = Label::improvement;
  } else if (verdict.label == Label::improvement) {
    verdict.label = Label::regression;
  }
  return verdict;
}

}  // namespace

std::vector<Pair> pairs_with_fastest(const Measurements& m, Clock clock) {
  std::vector<Pair> pairs;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    const auto best = fastest(m, b, clock);
    if (!best) continue;
    for (const std::size_t c : candidates(m, b, clock)) {
      if (c != *best) pairs.push_back({b, *best, c});
    }
  }
  return pairs;
}

Pairs judge_pairs(const Measurements& m, const std::vector<Pair>& wanted, bool picked, double level,
                  const JudgeOptions& options) {
  Pairs pairs;
  std::vector<double> effects;
  // each benchmark's pairs are those of its fastest contender with all k - 1 others
  std::map<std::size_t, std::size_t> others;
  for (const Pair& pair : wanted) ++others[pair.benchmark];
  const auto penalty = [&](std::size_t benchmark) {
    return picked ? std::max(2.0, static_cast<double>(others.at(benchmark) + 1) / 2) : 1.0;
  };
  double largest_penalty = 1;
  for (const auto& [benchmark, count] : others) {
    largest_penalty = std::max(largest_penalty, penalty(benchmark));
  }
  // the smallest level of Holm's procedure
  const double strictest =
      level / (largest_penalty * static_cast<double>(std::max<std::size_t>(wanted.size(), 1)));
  while (sign_test_critical_value(static_cast<std::size_t>(pairs.rounds_needed), strictest) < 0) {
    ++pairs.rounds_needed;
  }
  for (const Pair& pair : wanted) {
    if (!m.error_of(pair.a, pair.benchmark, options.clock).empty() ||
        !m.error_of(pair.b, pair.benchmark, options.clock).empty()) {
      continue;
    }
    auto ratios = m.log_ratios(pair.b, pair.benchmark, m.rounds.size(), options.clock, pair.a);
    PairVerdict judged{pair, estimate(ratios, level)};
    judged.verdict.contender = pair.b;
    judged.verdict.benchmark = pair.benchmark;
    judged.verdict.p = std::min(penalty(pair.benchmark) * judged.verdict.p, 1.0);
    // without its median, what remains of the ratios is their noise
    const double centre = median(ratios);
    for (double& ratio : ratios) ratio -= centre;
    const double effect =
        minimum_detectable_effect(ratios, ratios.size(), strictest, options.margin);
    judged.verdict.minimum_detectable_effect = effect;
    effects.push_back(effect);
    pairs.detectable.update_largest(effect, m.benchmarks[pair.benchmark]);
    pairs.verdicts.push_back(judged);
  }
  if (!effects.empty()) pairs.detectable.median = median(effects);
  adjust(pairs.verdicts, &PairVerdict::verdict);
  for (PairVerdict& pair : pairs.verdicts) {
    pair.verdict.label = label_of(pair.verdict, level, options.margin);
  }
  return pairs;
}

Verdict between(const Pairs& pairs, std::size_t benchmark, std::size_t a, std::size_t b) {
  for (const PairVerdict& judged : pairs.verdicts) {
    if (judged.pair.benchmark != benchmark) continue;
    if (judged.pair.a == a && judged.pair.b == b) return judged.verdict;
    if (judged.pair.a == b && judged.pair.b == a) return inverse(judged.verdict, b);
  }
  Verdict failed;
  failed.label = Label::failed;
  return failed;
}

std::vector<Winner> winners(const Measurements& m, const Pairs& pairs,
                            const JudgeOptions& options) {
  std::vector<Winner> all;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    const auto best = fastest(m, b, options.clock);
    if (!best) continue;
    Winner winner;
    winner.benchmark = b;
    winner.best = *best;
    for (const std::size_t c : candidates(m, b, options.clock)) {
      if (c == *best) continue;
      const Label label = between(pairs, b, *best, c).label;
      if (label == Label::regression) continue;
      winner.as_good.push_back(c);
      winner.undecided = winner.undecided || label != Label::unchanged;
    }
    all.push_back(winner);
  }
  return all;
}

}  // namespace reprise::compare
