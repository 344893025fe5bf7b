// What a cell of a notebook computes on: rows of a data set, by their numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"

namespace reprise::replay {

// A set as a network takes it: N rows of inputs, multi-hot or dense, and N of targets.
struct Samples {
  std::optional<Csr> multi_hot;
  Matrix<float> dense;    // N x inputs; empty where multi_hot is there
  Matrix<float> targets;  // N x outputs
  std::vector<std::int64_t> labels;

  std::size_t rows() const { return targets.rows(); }
  std::size_t inputs() const { return multi_hot ? multi_hot->cols() : dense.cols(); }
};

// Some rows of a set, in this order; `of` outlives it.
struct Selection {
  const Samples* of = nullptr;
  std::vector<std::int32_t> rows;

  std::size_t size() const { return rows.size(); }
};

}  // namespace reprise::replay
