#include "reprise/stats/band.hpp"

#include <algorithm>

#include "reprise/stats/ranks.hpp"

namespace reprise {

Band band_of(MatrixView<const double> curves, double coverage) {
  Band band;
  std::vector<double> values(curves.rows);
  for (std::size_t j = 0; j < curves.cols; ++j) {
    for (std::size_t i = 0; i < curves.rows; ++i) values[i] = curves(i, j);
    std::ranges::sort(values);
    band.low.push_back(quantile(values, (1 - coverage) / 2));
    band.median.push_back(quantile(values, 0.5));
    band.high.push_back(quantile(values, (1 + coverage) / 2));
  }
  return band;
}

}  // namespace reprise
