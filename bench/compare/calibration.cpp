#include "bench/compare/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "reprise/core/error.hpp"
#include "reprise/stats/intervals.hpp"

namespace reprise::compare {

namespace {

std::size_t below(std::mt19937& random, std::size_t n) { return random() % n; }

double uniform(std::mt19937& random) {  // in (0, 1)
  return (static_cast<double>(random() >> 8) + 0.5) / 16777216.0;
}

// Consecutive rounds of three contenders, whose names are assigned at random.
Measurements drawn(const Measurements& recorded, int rounds, std::mt19937& random) {
  std::vector<std::size_t> drawn_contenders(recorded.contenders.size());
  std::iota(drawn_contenders.begin(), drawn_contenders.end(), std::size_t{0});
  for (std::size_t i = drawn_contenders.size(); i-- > 1;)
    std::swap(drawn_contenders[i], drawn_contenders[below(random, i + 1)]);
  drawn_contenders.resize(3);
  if (static_cast<std::size_t>(rounds) > recorded.rounds.size()) {
    throw Error(
        fmt::format("calibration: found {} recorded rounds, expected at least the {} of a "
                    "comparison, because a round that counts twice is no second one",
                    recorded.rounds.size(), rounds));
  }
  Measurements m = recorded;
  m.contenders = {{"A"}, {"B"}, {"A again"}};
  m.rounds.clear();
  const std::size_t first = below(random, recorded.rounds.size());
  for (std::size_t i = 0; i < static_cast<std::size_t>(rounds); ++i) {
    const Round& from = recorded.rounds[(first + i) % recorded.rounds.size()];
    Round round;
    for (const std::size_t c : drawn_contenders) round.timings.push_back(from.timings[c]);
    m.rounds.push_back(std::move(round));
  }
  return m;
}

double sample(Shape shape, std::mt19937& random) {
  const double u = uniform(random);
  const auto normal = [&] {  // by Box and Muller
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * uniform(random));
  };
  switch (shape) {
    case Shape::normal: return normal();
    case Shape::exponential: return -std::log(u) - std::numbers::ln2;
    case Shape::lognormal: return std::exp(normal()) - 1;
    case Shape::cauchy: return std::tan(std::numbers::pi * (u - 0.5));
    case Shape::two_sided_pareto: {
      const double size = std::pow(uniform(random), -1.0 / 1.5) - 1;
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

EqualRates equal_rates(const Measurements& recorded, const CalibrationOptions& options) {
  std::mt19937 random(options.seed);
  const Looks looks = plan_looks(options.rounds, options.level);
  JudgeOptions without_margin = options.judging;
  without_margin.margin = 0;
  EqualRates rates;
  for (int i = 0; i < options.comparisons; ++i) {
    const Measurements m = drawn(recorded, options.rounds, random);
    const Judgement judgement = judge_with_looks(m, looks, options.judging);
    rates.called_different += any_different(judgement);
    rates.decided += judgement.decided();
    rates.called_different_without_margin +=
        any_different(judge_with_looks(m, looks, without_margin));
  }
  return rates;
}

std::vector<double> power(const Measurements& recorded, double change,
                          const CalibrationOptions& options) {
  std::mt19937 random(options.seed);
  const Looks looks = plan_looks(options.rounds, options.level);
  std::vector<double> found(recorded.benchmarks.size(), 0.0);
  for (int i = 0; i < options.comparisons; ++i) {
    const Measurements m = drawn(recorded, options.rounds, random);
    for (std::size_t b = 0; b < recorded.benchmarks.size(); ++b) {
      Measurements slowed = m;
      for (Round& round : slowed.rounds) {
        round.timings[1][b].real_ns *= 1 + change;
        round.timings[1][b].cpu_ns *= 1 + change;
      }
      const Judgement judgement = judge_with_looks(slowed, looks, options.judging);
      for (const Verdict& verdict : judgement.verdicts) {
        if (verdict.benchmark == b && verdict.label == Label::regression) ++found[b];
      }
    }
  }
  for (double& fraction : found) fraction /= options.comparisons;
  return found;
}

Coverage coverage(Shape shape, std::size_t n, int trials, std::uint32_t seed) {
  std::mt19937 random(seed);
  Coverage result;
  std::vector<double> values(n);
  for (int t = 0; t < trials; ++t) {
    for (double& value : values) value = sample(shape, random);
    const Interval sign = median_interval(values), ranks = hodges_lehmann_interval(values);
    if (sign.low <= 0 && 0 <= sign.high) result.sign_test += 1.0 / trials;
    if (ranks.low <= 0 && 0 <= ranks.high) result.hodges_lehmann += 1.0 / trials;
  }
  return result;
}

}  // namespace reprise::compare
