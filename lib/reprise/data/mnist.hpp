// The MNIST digits, as keras.datasets.mnist loads them (Keras 3.15.1, keras/src/datasets/mnist.py).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "reprise/data/source.hpp"

namespace reprise::mnist {

inline constexpr std::size_t kSide = 28;
inline constexpr std::size_t kClasses = 10;

// Each row of `images` is an image of 28 x 28 pixels, row-major, from 0 (paper) to 255 (ink). The
// labels are 0 to 9.
struct Digits {
  Matrix<std::uint8_t> images;
  std::vector<std::int64_t> labels;
};

struct Dataset {
  Digits train;
  Digits test;
};

// Loads mnist.npz or its stand-in, in the order of the file. Throws Error if the file is damaged.
Dataset load_data(const DataSource& source);

// images.reshape((N, 28 * 28)).astype("float32") / 255 (listing 2.4), divided in float32.
Matrix<float> scaled(MatrixView<const std::uint8_t> images);

}  // namespace reprise::mnist
