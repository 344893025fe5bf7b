// Feature-wise normalization (listing 3.25, notebook 3.7), bit for bit as NumPy computes it.
#pragma once

#include <vector>

#include "reprise/core/matrix.hpp"

namespace reprise {

// x.mean(axis=0): NumPy adds the rows one after another, without pairwise blocks along axis 0.
std::vector<double> column_means(MatrixView<const double> x);

// x.std(axis=0), without Bessel's correction: the root of the mean squared distance from the mean.
std::vector<double> column_stds(MatrixView<const double> x);

// What normalizing needs of the train set; one value a column.
struct Normalization {
  std::vector<double> mean;
  std::vector<double> std;  // of the centred columns, as the book takes it

  // x -= mean; x /= std, in place. Throws Error if x has another number of columns.
  void apply(MatrixView<double> x) const;
};

// mean = train.mean(axis=0); train -= mean; std = train.std(axis=0). `train` stays as it is; a
// column without variation has std 0 and becomes NaN, as in NumPy.
Normalization measure(MatrixView<const double> train);

}  // namespace reprise
