// Samples of which most values are 0, as lists of those that are not: the reviews' words, and a
// digit's pixels, of which 19 % are not white.
#pragma once

#include <optional>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/plan.hpp"

namespace reprise {

template <class T>
class SparseRows {
 public:
  // Of binary rows, which must outlive it.
  explicit SparseRows(const CsrView& ones) : places_(ones) {}

  SparseRows(SparseRows&&) = default;
  SparseRows& operator=(SparseRows&&) = default;

  // Of dense values, if no more than 40 % of them are not 0: with more, a dense product is as fast.
  static std::optional<SparseRows> of(MatrixView<const T> x, Team& team);

  // Where the values are: entry i of places().columns is the column of values()[i].
  const CsrView& places() const { return places_; }
  // Null where all are 1.
  const T* values() const { return values_.empty() ? nullptr : values_.data(); }

 private:
  SparseRows() = default;

  CsrView places_;
  std::vector<std::int64_t> starts_;
  std::vector<std::int32_t> columns_;
  std::vector<T> values_;
};

}  // namespace reprise
