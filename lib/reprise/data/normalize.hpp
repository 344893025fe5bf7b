// Feature-wise normalization (listing 3.25, notebook 3.7), bit for bit as NumPy computes it.
#pragma once

#include <vector>

#include "reprise/core/matrix.hpp"

namespace reprise {

// x.mean(axis=0). Along axis 0 NumPy adds the rows one after the other, without pairwise summation.
std::vector<double> column_means(MatrixView<const double> x);

// x.std(axis=0): the population standard deviation, without Bessel's correction.
std::vector<double> column_stds(MatrixView<const double> x);

// The statistics of the training set that normalization needs, one value per column.
struct Normalization {
  std::vector<double> mean;
  std::vector<double> std;  // of the centred columns, as in the book

  // x -= mean; x /= std, in place. Throws Error if x has another number of columns.
  void apply(MatrixView<double> x) const;
};

// mean = train.mean(axis=0); train -= mean; std = train.std(axis=0), without changing `train`. A
// constant column has std 0 and becomes NaN when normalized, as in NumPy.
Normalization measure(MatrixView<const double> train);

// The same for float32 data as the third edition has it (listing 4.24): both statistics are those
// of the data before they are centred, and each step is rounded to float32.
struct NormalizationF32 {
  std::vector<float> mean;
  std::vector<float> std;

  // x = (x - mean) / std, in place. Throws Error if x has another number of columns.
  void apply(MatrixView<float> x) const;
};

// mean = train.mean(axis=0); std = train.std(axis=0)
NormalizationF32 measure_at_once(MatrixView<const float> train);

}  // namespace reprise
