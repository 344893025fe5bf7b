// What many curves are like at each of their points.
#pragma once

#include <vector>

#include "reprise/core/matrix.hpp"

namespace reprise {

// A value a column: pointwise quantiles, so that of whole curves more than the rest leaves the band
// somewhere.
struct Band {
  std::vector<double> low, median, high;
};

// Of `curves` (a row a curve, at least one), the middle `share` of the values of each column.
Band band_of(MatrixView<const double> curves, double share = 0.9);

}  // namespace reprise
