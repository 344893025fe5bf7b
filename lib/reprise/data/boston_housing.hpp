// The Boston house prices, as keras.datasets.boston_housing (Keras 3.15.1,
// keras/src/datasets/boston_housing.py) gives them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "reprise/core/matrix.hpp"
#include "reprise/data/source.hpp"

namespace reprise::boston_housing {

inline constexpr std::size_t kFeatures = 13;

// One row a suburb: x (N, 13), its features; y (N, 1), the median price of a house in 1,000 $.
struct Suburbs {
  Matrix<double> x;
  Matrix<double> y;
};

struct Dataset {
  Suburbs train;
  Suburbs test;
};

// The parameters of boston_housing.load_data with Keras's defaults.
struct LoadOptions {
  double test_split = 0.2;   // the last part of the shuffled suburbs
  std::uint32_t seed = 113;  // of the shuffle
};

// `source` is boston_housing.npz, or stand-in data for it. Throws Error if it is damaged or
// test_split is not in [0, 1).
Dataset load_data(const DataSource& source, const LoadOptions& options = {});

}  // namespace reprise::boston_housing
