#include "bench/compare/pairs.hpp"

#include <algorithm>
#include <optional>

#include "reprise/stats/ranks.hpp"
#include "reprise/stats/sign_test.hpp"

namespace reprise::compare {

namespace {

std::vector<double> ratios_between(const Measurements& m, const Pair& pair, Clock clock) {
  const std::size_t n = m.rounds.size();
  std::vector<double> of_a = m.log_ratios(pair.a, pair.benchmark, n, clock), ratios;
  const std::vector<double> of_b = m.log_ratios(pair.b, pair.benchmark, n, clock);
  for (std::size_t i = 0; i < std::min(of_a.size(), of_b.size()); ++i) {
    ratios.push_back(of_b[i] - of_a[i]);
  }
  return ratios;
}

// Who can win the row: nobody whose row failed, and nobody with another one's code, which would
// only be told apart from its lender by noise.
std::vector<std::size_t> entrants(const Measurements& m, std::size_t row) {
  std::vector<std::size_t> there;
  for (std::size_t c = 0; c < m.control(); ++c) {
    if (m.error_of(c, row).empty() && !m.details[c][row].borrowed) there.push_back(c);
  }
  return there;
}

std::optional<std::size_t> best_of(const Measurements& m, std::size_t row, Clock clock) {
  const auto there = entrants(m, row);
  if (there.empty()) return {};
  return *std::ranges::min_element(there, {},
                                   [&](std::size_t c) { return m.median_time(c, row, clock); });
}

}  // namespace

std::vector<Pair> pairs_with_fastest(const Measurements& m, Clock clock) {
  std::vector<Pair> pairs;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    const auto best = best_of(m, r, clock);
    if (!best || is_control(m.benchmarks[r])) continue;
    for (const std::size_t c : entrants(m, r)) {
      if (c != *best) pairs.push_back({r, *best, c});
    }
  }
  return pairs;
}

Pairs judge_pairs(const Measurements& m, const std::vector<Pair>& wanted, bool picked, double level,
                  const JudgeOptions& options) {
  Pairs pairs;
  std::vector<double> changes;
  const double hardest =
      level / ((picked ? 2.0 : 1.0) * static_cast<double>(std::max<std::size_t>(wanted.size(), 1)));
  while (sign_test_critical_value(static_cast<std::size_t>(pairs.rounds_needed), hardest) < 0) {
    ++pairs.rounds_needed;
  }
  for (const Pair& pair : wanted) {
    if (!m.error_of(pair.a, pair.benchmark).empty() || !m.error_of(pair.b, pair.benchmark).empty())
      continue;
    auto ratios = ratios_between(m, pair, options.clock);
    PairVerdict judged{pair, measured(ratios, level)};
    judged.verdict.contender = pair.b;
    judged.verdict.benchmark = pair.benchmark;
    if (picked) judged.verdict.p = std::min(2 * judged.verdict.p, 1.0);
    // what is left without the difference itself is the pair's noise
    const double centre = median(ratios);
    for (double& ratio : ratios) ratio -= centre;
    judged.verdict.minimum_detectable_effect =
        minimum_detectable_effect(ratios, hardest, options.margin);
    changes.push_back(judged.verdict.minimum_detectable_effect);
    if (changes.back() > pairs.largest_minimum_detectable_effect) {
      pairs.largest_minimum_detectable_effect = changes.back();
      pairs.least_sensitive_benchmark = m.benchmarks[pair.benchmark];
    }
    pairs.verdicts.push_back(judged);
  }
  if (!changes.empty()) pairs.median_minimum_detectable_effect = median(changes);
  const auto verdict = &PairVerdict::verdict;
  adjust(pairs.verdicts, verdict);
  for (PairVerdict& pair : pairs.verdicts) {
    pair.verdict.label = label_of(pair.verdict, level, options.margin);
  }
  return pairs;
}

Verdict between(const Pairs& pairs, std::size_t row, std::size_t a, std::size_t b) {
  for (const PairVerdict& judged : pairs.verdicts) {
    if (judged.pair.benchmark != row) continue;
    if (judged.pair.a == a && judged.pair.b == b) return judged.verdict;
    if (judged.pair.a == b && judged.pair.b == a) {
      Verdict turned = judged.verdict;
      turned.contender = b;
      turned.ratio = 1 / judged.verdict.ratio;
      turned.low = 1 / judged.verdict.high;
      turned.high = 1 / judged.verdict.low;
      if (turned.label == Label::regression) {
        turned.label = Label::improvement;
      } else if (turned.label == Label::improvement) {
        turned.label = Label::regression;
      }
      return turned;
    }
  }
  Verdict failed;
  failed.label = Label::failed;
  return failed;
}

std::vector<Winner> winners(const Measurements& m, const Pairs& pairs,
                            const JudgeOptions& options) {
  std::vector<Winner> all;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    const auto best = best_of(m, r, options.clock);
    if (!best || is_control(m.benchmarks[r])) continue;
    Winner winner;
    winner.benchmark = r;
    winner.best = *best;
    for (const std::size_t c : entrants(m, r)) {
      if (c == *best) continue;
      const Label label = between(pairs, r, *best, c).label;
      if (label == Label::regression) continue;
      winner.as_good.push_back(c);
      winner.undecided = winner.undecided || label != Label::unchanged;
    }
    all.push_back(winner);
  }
  return all;
}

}  // namespace reprise::compare
