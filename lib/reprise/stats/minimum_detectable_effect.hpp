// The minimum detectable effect of the distance test: the smallest shift of a single quantity that
// the test detects with a given power.
#pragma once

#include <cstdint>
#include <vector>

#include "reprise/core/matrix.hpp"

namespace reprise {

struct EffectOptions {
  double level = 0.05;  // significance level of the test
  double power = 0.9;   // the fraction of draws in which the shift must be detected
  int draws = 200;
  double limit = 6;        // in standard deviations; larger effects are reported as infinite
  std::uint32_t seed = 1;  // seed of the draws
  // The resolution in which the numbers of each column are printed: shifts are multiples of it. 0,
  // or an empty vector, allows any shift.
  std::vector<double> resolutions = {};
};

// For each column of `runs` (one run per row): the smallest shift of this quantity alone, in
// standard deviations of the column, with which distance_p tells a run from the others in a
// fraction `power` of the draws. Infinite beyond the limit, NaN for constant columns. `runs` needs
// at least 2 rows of finite values.
//
// A draw shifts one of the runs (every run is used once before any is used twice) up or down at
// random and bisects the size of the shift to a hundredth of the limit. The test rejects if the
// rank of the run is significant among runs.rows + 1 vectors, because a real test adds one vector,
// the book's, to the runs.
std::vector<double> minimum_detectable_effects(MatrixView<const double> runs,
                                               const EffectOptions& options = {});

// The median of the effects including infinite ones; NaN values (constant columns) are left out.
// For an even number of values it is the larger of the two middle ones, for none infinity.
double median_effect(std::vector<double> effects);

}  // namespace reprise
