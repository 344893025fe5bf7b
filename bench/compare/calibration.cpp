#include "bench/compare/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "reprise/stats/intervals.hpp"

namespace reprise::compare {

namespace {

std::size_t below(std::mt19937& words, std::size_t n) { return words() % n; }

double uniform(std::mt19937& words) {  // in (0, 1)
  return (static_cast<double>(words() >> 8) + 0.5) / 16777216.0;
}

// Consecutive rounds with the contenders' names dealt anew, three of them.
Measurements drawn(const Measurements& recorded, int rounds, std::mt19937& words) {
  std::vector<std::size_t> dealt(recorded.contenders.size());
  std::iota(dealt.begin(), dealt.end(), std::size_t{0});
  for (std::size_t i = dealt.size(); i-- > 1;) std::swap(dealt[i], dealt[below(words, i + 1)]);
  dealt.resize(3);
  Measurements m = recorded;
  m.contenders = {{"A"}, {"B"}, {"A again"}};
  m.rounds.clear();
  const std::size_t first = below(words, recorded.rounds.size());
  for (std::size_t i = 0; i < static_cast<std::size_t>(rounds); ++i) {
    const Round& from = recorded.rounds[(first + i) % recorded.rounds.size()];
    Round round;
    for (const std::size_t c : dealt) round.timings.push_back(from.timings[c]);
    m.rounds.push_back(std::move(round));
  }
  return m;
}

double sample(Shape shape, std::mt19937& words) {
  const double u = uniform(words);
  switch (shape) {
    case Shape::normal:
      return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * uniform(words));
    case Shape::exponential: return -std::log(u) - std::numbers::ln2;
    case Shape::lognormal:
      return std::exp(std::sqrt(-2 * std::log(u)) *
                      std::cos(2 * std::numbers::pi * uniform(words))) -
             1;
    case Shape::cauchy: return std::tan(std::numbers::pi * (u - 0.5));
    case Shape::two_sided_pareto: {
      const double size = std::pow(uniform(words), -1.0 / 1.5) - 1;
      return u < 0.5 ? -size : size;
    }
  }
  return 0;
}

}  // namespace

Judgement judge_with_looks(const Measurements& m, const Looks& looks, const JudgeOptions& options) {
  Judgement judgement;
  for (std::size_t i = 0; i < looks.rounds.size(); ++i) {
    judgement = judge(m, looks.rounds[i], looks.alpha_spent[i], options);
    if (judgement.decided()) break;
  }
  return judgement;
}

int false_alarms(const Measurements& recorded, const CalibrationOptions& options) {
  std::mt19937 words(options.seed);
  const Looks looks = plan_looks(options.rounds, options.level);
  int alarms = 0;
  for (int i = 0; i < options.comparisons; ++i) {
    const Measurements m = drawn(recorded, options.rounds, words);
    if (any_different(judge_with_looks(m, looks, options.judging))) ++alarms;
  }
  return alarms;
}

std::vector<double> power(const Measurements& recorded, double change,
                          const CalibrationOptions& options) {
  std::mt19937 words(options.seed);
  const Looks looks = plan_looks(options.rounds, options.level);
  std::vector<double> found(recorded.benchmarks.size(), 0.0);
  for (int i = 0; i < options.comparisons; ++i) {
    const Measurements m = drawn(recorded, options.rounds, words);
    for (std::size_t r = 0; r < recorded.benchmarks.size(); ++r) {
      Measurements slowed = m;
      for (Round& round : slowed.rounds) {
        round.timings[1][r].real_ns *= 1 + change;
        round.timings[1][r].cpu_ns *= 1 + change;
      }
      const Judgement judgement = judge_with_looks(slowed, looks, options.judging);
      for (const Verdict& row : judgement.verdicts) {
        if (row.benchmark == r && row.label == Label::regression) ++found[r];
      }
    }
  }
  for (double& share : found) share /= options.comparisons;
  return found;
}

Coverage coverage(Shape shape, std::size_t n, int trials, std::uint32_t seed) {
  std::mt19937 words(seed);
  Coverage result;
  std::vector<double> values(n);
  for (int t = 0; t < trials; ++t) {
    for (double& value : values) value = sample(shape, words);
    const Interval sign = median_interval(values), ranks = hodges_lehmann_interval(values);
    if (sign.low <= 0 && 0 <= sign.high) result.sign_test += 1.0 / trials;
    if (ranks.low <= 0 && 0 <= ranks.high) result.hodges_lehmann += 1.0 / trials;
  }
  return result;
}

}  // namespace reprise::compare
