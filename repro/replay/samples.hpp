// The data that a cell of a notebook uses: a data set and the indices of some of its samples.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"

namespace reprise::replay {

// A data set as a network takes it: N rows of inputs, multi-hot or dense, and N rows of targets.
struct Samples {
  std::optional<Csr> multi_hot;
  Matrix<float> dense;    // N x inputs; empty if multi_hot is set
  Matrix<float> targets;  // N x outputs
  std::vector<std::int64_t> labels;

  std::size_t rows() const { return targets.rows(); }
  std::size_t inputs() const { return multi_hot ? multi_hot->cols() : dense.cols(); }
};

// Some rows of a data set, in this order. `of` must outlive the selection.
struct Selection {
  const Samples* of = nullptr;
  std::vector<std::int32_t> rows;

  std::size_t size() const { return rows.size(); }
};

}  // namespace reprise::replay
