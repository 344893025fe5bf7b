// How often the engine is wrong, estimated from recorded rounds of equal programs.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/compare/looks.hpp"
#include "bench/compare/measurements.hpp"
#include "bench/compare/verdict.hpp"

namespace reprise::compare {

struct CalibrationOptions {
  int comparisons = 200;
  int rounds = 24;
  double level = 0.05;
  JudgeOptions judging;
  std::uint32_t seed = 1;
};

// What became of comparisons of equal programs.
struct EqualRates {
  int called_different = 0;  // any benchmark
  int decided = 0;           // every benchmark
  // Any benchmark would have been with a margin of 0: what the test alone keeps to. With the
  // margin, equal programs are seldom called different even by a test that is wrong.
  int called_different_without_margin = 0;
};

// Draws comparisons from `recorded`, whose contenders are one program under several names. Each
// comparison takes `rounds` consecutive rounds from a random one on, wrapping around at the end (so
// that what the machine did for minutes stays together), assigns the contenders' names at random,
// and applies the looks and the stopping rule of a live comparison. Throws Error if fewer rounds
// were recorded: no round may count twice.
EqualRates equal_rates(const Measurements& recorded, const CalibrationOptions& options);

// The same with one benchmark of B made slower by `change`: for each benchmark the fraction of
// comparisons that call it a regression.
std::vector<double> power(const Measurements& recorded, double change,
                          const CalibrationOptions& options);

// The verdicts of a live comparison with these rounds, at the look at which it stops.
Judgement judge_with_looks(const Measurements& measurements, const Looks& looks,
                           const JudgeOptions& options);

// The fraction of 95 % intervals that hold the true median, over `trials` samples of n values.
enum class Shape { normal, exponential, lognormal, cauchy, two_sided_pareto };
struct Coverage {
  double sign_test = 0, hodges_lehmann = 0;
};
Coverage coverage(Shape shape, std::size_t n, int trials, std::uint32_t seed);

}  // namespace reprise::compare
