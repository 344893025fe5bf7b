// Samples that are mostly 0, in CSR form: the reviews, and the MNIST digits, of whose pixels 19 %
// are not 0.
#pragma once

#include <optional>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/plan.hpp"

namespace reprise {

template <class T>
class SparseSamples {
 public:
  // Binary samples. Their arrays must outlive the object.
  explicit SparseSamples(const CsrView& x) : pattern_(x) {}

  SparseSamples(SparseSamples&&) = default;
  SparseSamples& operator=(SparseSamples&&) = default;

  // Dense samples converted, or nullopt if more than 40 % of the values are nonzero: then a dense
  // product is as fast.
  static std::optional<SparseSamples> from_dense(MatrixView<const T> x, Team& team);

  // The sparsity pattern: values()[k] is in column pattern().col_idx[k].
  const CsrView& pattern() const { return pattern_; }
  // The values of the nonzeros, or null if all are 1.
  const T* values() const { return values_.empty() ? nullptr : values_.data(); }

 private:
  SparseSamples() = default;

  CsrView pattern_;
  std::vector<std::int64_t> row_ptr_;
  std::vector<std::int32_t> col_idx_;
  std::vector<T> values_;
};

}  // namespace reprise
