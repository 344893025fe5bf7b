#include "reprise/kernels/openmp/csc_batch.hpp"

namespace reprise {

namespace {

// Calls use(i, column - first, k) for each place k of the lists, row after row.
template <class Use>
void each_place(const Lists& lists, std::span<const std::int32_t> rows, std::size_t n,
                std::size_t first, Use&& use) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t list = rows.empty() ? i : static_cast<std::size_t>(rows[i]);
    const std::int64_t end = lists.end(list);
    for (std::int64_t k = lists.begin(list); k < end; ++k) {
      use(i, static_cast<std::size_t>(lists.ones[k]) - first, static_cast<std::size_t>(k));
    }
  }
}

}  // namespace

// A counting sort: starts_[c + 1] first counts, then says where column first + c goes on.
template <class T>
void CscBatch<T>::turn(const Lists& lists, const T* values, std::span<const std::int32_t> rows,
                       std::size_t n, std::size_t first, std::size_t last) {
  starts_.assign(last - first + 2, 0);
  std::int64_t* const next = starts_.data() + 1;
  each_place(lists, rows, n, first,
             [=](std::size_t, std::size_t c, std::size_t) { ++next[c + 1]; });
  for (std::size_t c = 2; c < starts_.size(); ++c) starts_[c] += starts_[c - 1];
  const auto all = static_cast<std::size_t>(starts_.back());
  if (rows_.size() < all) rows_.resize(all);
  std::int32_t* const row_at = rows_.data();
  if (values == nullptr) {
    each_place(lists, rows, n, first, [=](std::size_t i, std::size_t c, std::size_t) {
      row_at[next[c]++] = static_cast<std::int32_t>(i);
    });
    return;
  }
  if (values_.size() < all) values_.resize(all);
  T* const value_at = values_.data();
  each_place(lists, rows, n, first, [=](std::size_t i, std::size_t c, std::size_t k) {
    const std::int64_t at = next[c]++;
    row_at[at] = static_cast<std::int32_t>(i);
    value_at[at] = values[k];
  });
}

template class CscBatch<float>;
template class CscBatch<double>;

}  // namespace reprise
