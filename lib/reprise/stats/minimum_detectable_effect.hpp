// What a test by distance could have found: the smallest shift of a single figure.
#pragma once

#include <cstdint>
#include <vector>

#include "reprise/core/matrix.hpp"

namespace reprise {

struct EffectOptions {
  double level = 0.05;  // of the test
  double power = 0.9;   // the share of draws in which the shift has to be found
  int draws = 200;
  double limit = 6;        // standard deviations; beyond is infinite
  std::uint32_t seed = 1;  // of the draws
  // of each column the step in which its numbers are printed: a shift is so many of them; 0 or no
  // list where any number may stand
  std::vector<double> units = {};
};

// For each column of `runs` (a row a run) the smallest shift, in standard deviations of that
// column, by which one run would have to differ in this figure alone to be told from the others by
// distance_p in `power` of the draws; infinite beyond the limit, not a number for constant columns.
// The level is that of a rank among one vector more than there are rows, as of a book among them:
// rows.size() + 1 places. A draw takes one of the runs (every run once before one comes twice) as
// the odd one, moves it up or down as a coin says, and bisects the shift to a hundredth of the
// limit. At least 2 rows, finite.
std::vector<double> minimum_detectable_effects(MatrixView<const double> runs,
                                               const EffectOptions& options = {});

// The median of shifts, infinite ones included, those of constant columns left out; of two middle
// ones the larger, of none infinite.
double median_effect(std::vector<double> shifts);

}  // namespace reprise
