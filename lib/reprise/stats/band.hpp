// The pointwise range of many curves.
#pragma once

#include <vector>

#include "reprise/core/matrix.hpp"

namespace reprise {

// One value per column. The quantiles are pointwise, so that the fraction of curves that leave the
// band somewhere exceeds the fraction of values outside of it.
struct Band {
  std::vector<double> low, median, high;
};

// The band that contains the middle `coverage` of the values in each column. Each row of `curves`
// is a curve; there must be at least one.
Band band_of(MatrixView<const double> curves, double coverage = 0.9);

}  // namespace reprise
