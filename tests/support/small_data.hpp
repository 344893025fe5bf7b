// Small random data that is the same on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise::testing {

// Uniform in [low, high). The output of std::mt19937 is standardized, that of std's distributions
// is not.
template <class T = float>
Matrix<T> random_matrix(std::size_t rows, std::size_t cols, std::uint32_t seed, T low = -1,
                        T high = 1) {
  std::mt19937 random(seed);
  Matrix<T> matrix(rows, cols);
  for (T& value : matrix.view().flat()) {
    value = low + (high - low) * (static_cast<T>(random() >> 8) / static_cast<T>(1 << 24));
  }
  return matrix;
}

template <class T = float>
Matrix<T> zeros_and_ones(std::size_t rows, std::size_t cols, std::uint32_t seed) {
  std::mt19937 random(seed);
  Matrix<T> matrix(rows, cols);
  for (T& value : matrix.view().flat()) value = static_cast<T>(random() >> 31);
  return matrix;
}

// A matrix whose elements are one with probability `density`.
inline Csr random_csr(std::size_t rows, std::size_t cols, double density, std::uint32_t seed) {
  std::mt19937 random(seed);
  Csr csr(cols);
  std::vector<std::int32_t> row;
  for (std::size_t i = 0; i < rows; ++i) {
    row.clear();
    for (std::size_t j = 0; j < cols; ++j) {
      if (random() < density * 4294967296.0) row.push_back(static_cast<std::int32_t>(j));
    }
    csr.push_row(row);
  }
  return csr;
}

// Samples of two classes. The label is one if more of a row's ones are in the upper half of the
// columns, but about one label in ten is wrong: learnable, but not without error.
struct Reviews {
  Csr x;
  Matrix<float> y;
};
inline Reviews learnable_reviews(std::size_t rows, std::size_t cols, std::uint32_t seed) {
  Reviews reviews{random_csr(rows, cols, 0.05, seed), Matrix<float>(rows, 1)};
  std::mt19937 random(seed + 1);
  for (std::size_t i = 0; i < rows; ++i) {
    int balance = 0;
    for (const auto column : reviews.x.view().row(i)) {
      balance += static_cast<std::size_t>(column) >= cols / 2 ? 1 : -1;
    }
    const bool noise = random() % 10 == 0;
    reviews.y(i, 0) = (balance > 0) != noise ? 1.0f : 0.0f;
  }
  return reviews;
}

// Every optimizer, with every branch of its rule.
inline std::vector<Optimizer> every_optimizer() {
  return {RMSprop{},
          RMSprop{.momentum = 0.9},
          RMSprop{.centered = true},
          RMSprop{.momentum = 0.9, .centered = true},
          RMSprop{.epsilon_outside_root = true},
          SGD{},
          SGD{.momentum = 0.9},
          SGD{.momentum = 0.9, .nesterov = true},
          Adam{},
          Adam{.amsgrad = true},
          AdamW{},
          Adagrad{},
          Adagrad{.epsilon_outside_root = true},
          Adadelta{},
          Adamax{},
          Nadam{},
          Lion{}};
}

// Every loss, with every branch of its rule.
inline std::vector<Loss> every_loss() {
  using Form = CrossentropyForm;
  return {BinaryCrossentropy{},
          BinaryCrossentropy{.from_logits = true},
          BinaryCrossentropy{.label_smoothing = 0.1},
          BinaryCrossentropy{.form = Form::clipped_to_logits},
          CategoricalCrossentropy{},
          CategoricalCrossentropy{.from_logits = true},
          CategoricalCrossentropy{.label_smoothing = 0.1},
          SparseCategoricalCrossentropy{},
          SparseCategoricalCrossentropy{.from_logits = true},
          SparseCategoricalCrossentropy{.form = Form::clipped_to_logits},
          MeanSquaredError{},
          MeanAbsoluteError{}};
}

}  // namespace reprise::testing
