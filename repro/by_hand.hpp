// What the listings need that train a network without Keras, on matrices.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "reprise/kernels/backend.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/random/streams.hpp"
#include "repro/run.hpp"

namespace reprise::book {

// A kernel of uniform numbers from `low` up to `high`, drawn row by row from the runtime's NumPy
// stream: low + (high - low) * np.random.random((rows, cols)), as float32.
Matrix<float> uniform_kernel(Run& run, std::size_t rows, std::size_t cols, double low, double high);

// The matrix in the type in which the run computes.
template <class T>
Matrix<T> as_type(const Matrix<float>& matrix) {
  return converted<T>(matrix.view());
}

// A weight as records keep it. A bias has one row.
template <class T>
Variable variable_of(const std::string& name, const Matrix<T>& weight, bool is_bias = false) {
  const auto view = weight.view();
  std::vector<std::size_t> shape{view.cols};
  if (!is_bias) shape.insert(shape.begin(), view.rows);
  return {name, shape, converted<double>(view), std::as_bytes(view.flat())};
}

// The kernels of the run's backend.
template <class T>
std::unique_ptr<Backend<T>> kernels_of(Run& run);

}  // namespace reprise::book
