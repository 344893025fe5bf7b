#include "reprise/kernels/openmp/csc_batch.hpp"

namespace reprise {

// A counting sort. col_ptr_[c + 1] is the next free position of column first + c while nonzeros are
// placed, and the end of that column afterwards.
void CscBatch::transpose(const CsrRanges& batch, std::size_t first_range, std::size_t last_range) {
  const std::size_t first = batch.bound(first_range), last = batch.bound(last_range);
  col_ptr_.assign(last - first + 2, 0);
  std::int64_t* const next = col_ptr_.data() + 1;
  const CsrSlice lists = batch.range(first_range);
  const std::size_t count = (last_range - first_range) * batch.rows();
  for (std::int64_t k = lists.begin(0); k < lists.begin(count); ++k) {
    ++next[static_cast<std::size_t>(lists.col_idx[k]) - first + 1];
  }
  for (std::size_t c = 2; c < col_ptr_.size(); ++c) col_ptr_[c] += col_ptr_[c - 1];
  const auto all = static_cast<std::size_t>(col_ptr_.back());
  if (row_idx_.size() < all) row_idx_.resize(all);
  std::int32_t* const row_at = row_idx_.data();
  for (std::size_t list = 0; list < count; ++list) {
    const auto row = static_cast<std::int32_t>(list % batch.rows());
    for (std::int64_t k = lists.begin(list); k < lists.end(list); ++k) {
      row_at[next[static_cast<std::size_t>(lists.col_idx[k]) - first]++] = row;
    }
  }
}

}  // namespace reprise
