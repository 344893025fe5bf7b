#include "reprise/kernels/openmp/csc_batch.hpp"

namespace reprise {

namespace {

// Calls use(i, column - first) for each nonzero of batch row i, row after row.
template <class Use>
void for_each_nonzero(const CsrSlice& matrix, std::span<const std::int32_t> rows, std::size_t n,
                      std::size_t first, Use&& use) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = rows.empty() ? i : static_cast<std::size_t>(rows[i]);
    const std::int64_t end = matrix.end(row);
    for (std::int64_t k = matrix.begin(row); k < end; ++k) {
      use(i, static_cast<std::size_t>(matrix.col_idx[k]) - first);
    }
  }
}

}  // namespace

// A counting sort. col_ptr_[c + 1] is the next free position of column first + c while nonzeros are
// placed, and the end of that column afterwards.
void CscBatch::transpose(const CsrSlice& matrix, std::span<const std::int32_t> rows, std::size_t n,
                         std::size_t first, std::size_t last) {
  col_ptr_.assign(last - first + 2, 0);
  std::int64_t* const next = col_ptr_.data() + 1;
  for_each_nonzero(matrix, rows, n, first, [=](std::size_t, std::size_t c) { ++next[c + 1]; });
  for (std::size_t c = 2; c < col_ptr_.size(); ++c) col_ptr_[c] += col_ptr_[c - 1];
  const auto all = static_cast<std::size_t>(col_ptr_.back());
  if (row_idx_.size() < all) row_idx_.resize(all);
  std::int32_t* const row_at = row_idx_.data();
  for_each_nonzero(matrix, rows, n, first, [=](std::size_t i, std::size_t c) {
    row_at[next[c]++] = static_cast<std::int32_t>(i);
  });
}

}  // namespace reprise
