#include "reprise/kernels/openmp/batch_lists.hpp"

#include <algorithm>

#include "reprise/kernels/openmp/work.hpp"

namespace reprise {

template <class T>
BatchLists<T>::BatchLists(const CompressedSamples<T>& samples, std::vector<std::size_t> bounds,
                          std::size_t batch_size)
    : samples_(samples),
      bounds_(std::move(bounds)),
      chunk_rows_(std::min(batch_size, kChunkRows)),
      column_begin_(bounds_.back()),
      chunks_(ceil_div(batch_size, kChunkRows)) {
  for (std::size_t k = 0; k < column_begin_.size(); ++k) {
    column_begin_[k] = static_cast<std::uint32_t>(k * chunk_rows_);
  }
  for (Chunk& chunk : chunks_) {
    chunk.by_row.resize(bounds_.back() * chunk_rows_);
    chunk.by_column.resize(bounds_.back() * chunk_rows_);
    chunk.row_bounds.resize(ranges() * (chunk_rows_ + 1));
    chunk.column_end.resize(column_begin_.size());
  }
}

template <class T>
void BatchLists<T>::build(std::span<const std::int32_t> rows, std::size_t first_range,
                          std::size_t last_range) {
  if (first_range == last_range) return;
  for (std::size_t first = 0; first < rows.size(); first += chunk_rows_) {
    build(chunks_[first / chunk_rows_],
          rows.subspan(first, std::min(chunk_rows_, rows.size() - first)), first_range, last_range);
  }
}

template <class T>
void BatchLists<T>::build(Chunk& chunk, std::span<const std::int32_t> rows, std::size_t first_range,
                          std::size_t last_range) const {
  constexpr std::size_t kAhead = 4;  // the rows of a shuffled batch are scattered in memory
  constexpr std::size_t kColumns = kPanelColumns<T>;
  std::copy(column_begin_.begin() + static_cast<std::ptrdiff_t>(bounds_[first_range]),
            column_begin_.begin() + static_cast<std::ptrdiff_t>(bounds_[last_range]),
            chunk.column_end.begin() + static_cast<std::ptrdiff_t>(bounds_[first_range]));
  std::uint32_t* const next = chunk.column_end.data();
  PanelTerm<T>* const by_column = chunk.by_column.data();
  for (std::size_t r = first_range; r < last_range; ++r) {
    chunk.row_bounds[r * (chunk_rows_ + 1)] = static_cast<std::uint32_t>(bounds_[r] * chunk_rows_);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kAhead < rows.size()) samples_.prefetch(static_cast<std::size_t>(rows[i + kAhead]));
    const auto row = samples_.row(static_cast<std::size_t>(rows[i]));
    const auto offset = static_cast<std::uint32_t>(i * kColumns);
    for (std::size_t r = first_range; r < last_range; ++r) {
      std::uint32_t* const bound = chunk.row_bounds.data() + r * (chunk_rows_ + 1) + i;
      PanelTerm<T>* by_row = chunk.by_row.data() + bound[0];
      const std::uint32_t begin = row.starts[r], end = row.starts[r + 1];
      for (std::uint32_t k = begin; k < end; ++k) {
        const std::size_t column = row.columns[k];
        const T value = row.values[k];
        *by_row++ = {value, static_cast<std::uint32_t>((column - bounds_[r]) * kColumns)};
        by_column[next[column]++] = {value, offset};
      }
      bound[1] = bound[0] + (end - begin);
    }
  }
}

template <class T>
void BatchLists<T>::set_rows(std::size_t chunk, std::size_t range, PanelProduct<T>& product) const {
  product.terms = chunks_[chunk].by_row.data();
  product.begin = chunks_[chunk].row_bounds.data() + range * (chunk_rows_ + 1);
  product.end = product.begin + 1;
}

template <class T>
void BatchLists<T>::set_columns(std::size_t chunk, PanelProduct<T>& product) const {
  product.terms = chunks_[chunk].by_column.data();
  product.begin = column_begin_.data();
  product.end = chunks_[chunk].column_end.data();
}

template class BatchLists<float>;
template class BatchLists<double>;

}  // namespace reprise
