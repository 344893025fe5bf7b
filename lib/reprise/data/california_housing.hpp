// The California housing data set, as keras.datasets.california_housing loads it (Keras 3.15.1,
// keras/src/datasets/california_housing.py).
#pragma once

#include <cstddef>
#include <cstdint>

#include "reprise/core/matrix.hpp"
#include "reprise/data/source.hpp"

namespace reprise::california_housing {

inline constexpr std::size_t kFeatures = 8;

// One sample per district of the census of 1990: x (N, 8) holds its features, y (N, 1) the median
// house price in $.
struct Districts {
  Matrix<float> x;
  Matrix<float> y;
};

struct Dataset {
  Districts train;
  Districts test;
};

enum class Version {
  small,  // the first 600 districts of the file
  large,  // all 20,640
};

// The parameters of california_housing.load_data with the defaults of Keras.
struct LoadOptions {
  Version version = Version::large;
  double test_split = 0.2;   // fraction of the samples; the last ones after the shuffle
  std::uint32_t seed = 113;  // seed of the shuffle
};

// Loads california_housing.npz or its stand-in. Throws Error if the file is damaged or test_split
// is not in [0, 1).
Dataset load_data(const DataSource& source, const LoadOptions& options = {});

}  // namespace reprise::california_housing
