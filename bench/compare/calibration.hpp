// How often the engine is wrong, from rounds of equal programs that were recorded on a machine.
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

// Comparisons drawn from `recorded`, whose contenders are one program under several names: each
// takes `rounds` rounds that follow each other, from a random one on and beginning anew after the
// last (so what the machine did for minutes stays together), gives the contenders' names by lot,
// and goes through the looks and the stopping rule as a live one does. How many called any row
// different.
int false_alarms(const Measurements& recorded, const CalibrationOptions& options);

// The same with one row of B made slower by `change`: for each row the share of comparisons in
// which it is a regression.
std::vector<double> power(const Measurements& recorded, double change,
                          const CalibrationOptions& options);

// What a live comparison of these rounds would say at the look at which it stops.
Judgement judge_with_looks(const Measurements& measurements, const Looks& looks,
                           const JudgeOptions& options);

// The share of intervals that hold the true median, over `trials` samples of n values.
enum class Shape { normal, exponential, lognormal, cauchy, two_sided_pareto };
struct Coverage {
  double sign_test = 0, hodges_lehmann = 0;
};
Coverage coverage(Shape shape, std::size_t n, int trials, std::uint32_t seed);

}  // namespace reprise::compare
