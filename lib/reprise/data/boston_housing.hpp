// The Boston housing data set, as keras.datasets.boston_housing loads it (Keras 3.15.1,
// keras/src/datasets/boston_housing.py).
#pragma once

#include <cstddef>
#include <cstdint>

#include "reprise/core/matrix.hpp"
#include "reprise/data/source.hpp"

namespace reprise::boston_housing {

inline constexpr std::size_t kFeatures = 13;

// One sample per suburb: x (N, 13) holds its features, y (N, 1) the median house price in 1,000 $.
struct Suburbs {
  Matrix<double> x;
  Matrix<double> y;
};

struct Dataset {
  Suburbs train;
  Suburbs test;
};

// The parameters of boston_housing.load_data with the defaults of Keras.
struct LoadOptions {
  double test_split = 0.2;   // fraction of the samples; the last ones after the shuffle
  std::uint32_t seed = 113;  // seed of the shuffle
};

// Loads boston_housing.npz or its stand-in. Throws Error if the file is damaged or test_split is
// not in [0, 1).
Dataset load_data(const DataSource& source, const LoadOptions& options = {});

}  // namespace reprise::boston_housing
