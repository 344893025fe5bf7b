// What a benchmark trains on.
#pragma once

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"

namespace reprise::bench {

// The training samples of a data set as the book vectorizes them. Either `sparse_x` or `dense_x` is
// empty.
struct TrainingSet {
  Csr sparse_x;           // (N, 10000), multi-hot
  Matrix<float> dense_x;  // (N, inputs)
  Matrix<float> targets;  // (N, 1), or one-hot (N, classes)
  std::size_t rows() const { return targets.rows(); }
};

}  // namespace reprise::bench
