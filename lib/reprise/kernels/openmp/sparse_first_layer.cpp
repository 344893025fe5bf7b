#include "reprise/kernels/openmp/sparse_first_layer.hpp"

#include <algorithm>
#include <cstring>

#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/penalties.hpp"

namespace reprise {

namespace {

constexpr std::size_t kMinRangeBytes = 28 << 10;
constexpr double kMinNonzerosPerRow = 12;
// The largest range that is copied.
constexpr std::size_t kMaxCopiedBytes = 64 << 10;

// The rows of a gradient's panel that the optimizer takes at once.
constexpr std::size_t kGradientRows = 32;

// Copies `rows` rows of up to kWideUnits columns; they are `step` apart in `from` and kWideUnits
// apart in `to`.
template <class T>
void copy_panel(const T* from, std::size_t step, std::size_t rows, std::size_t columns, T* to) {
  for (std::size_t k = 0; k < rows; ++k, from += step, to += kWideUnits<T>) {
    if (columns == kWideUnits<T>) {
      std::memcpy(to, from, kWideUnits<T> * sizeof(T));  // constant length: no call
    } else {
      std::memcpy(to, from, columns * sizeof(T));
    }
  }
}

}  // namespace

template <class T>
SparseFirstLayer<T>::SparseFirstLayer(Team& team, const IsaKernels<T>& kernels,
                                      const CsrView& samples, const DenseDescription<T>& layer)
    : team_(team), kernels_(kernels), samples_(samples), layer_(layer), units_(layer.kernel.cols) {
  make_ranges(samples);
}

template <class T>
void SparseFirstLayer<T>::make_ranges(const CsrView& pattern) {
  const std::vector<std::size_t> nonzeros = nonzeros_per_column(pattern);
  const std::size_t panel_bytes = std::min(units_, kWideUnits<T>) * sizeof(T);
  const auto enough =
      static_cast<std::size_t>(kMinNonzerosPerRow * static_cast<double>(pattern.rows));
  bounds_ = {0};
  std::size_t entries = 0;
  // The rows of a single panel are contiguous: one range, read in place, took .97 of the time on
  // Reuters.
  for (std::size_t column = 0; units_ > kWideUnits<T> && column < pattern.cols; ++column) {
    entries += nonzeros[column];
    const std::size_t rows = column + 1 - bounds_.back();
    if (rows * panel_bytes < kMinRangeBytes || entries < enough) continue;
    bounds_.push_back(column + 1);
    entries = 0;
  }
  if (bounds_.back() != pattern.cols) bounds_.push_back(pattern.cols);
  forward_ranges_ = ColumnPartition(pattern, bounds_);
  if (units_ <= kWideUnits<T>) return;  // contiguous already
  for (std::size_t r = 0; r + 1 < bounds_.size(); ++r) {
    const std::size_t rows = bounds_[r + 1] - bounds_[r];
    if (rows * panel_bytes <= kMaxCopiedBytes) longest_copied_ = std::max(longest_copied_, rows);
  }
  panel_copies_.resize(longest_copied_ * kWideUnits<T> * static_cast<std::size_t>(team_.threads()));
}

template <class T>
void SparseFirstLayer<T>::forward(std::span<const std::int32_t> rows, MatrixView<T> z) {
  const std::size_t panels = ceil_div(units_, kWideUnits<T>), n = rows.size();
  const std::size_t threads = team_.threads_for(n, grain_for(kNonzerosPerRow * units_));
  const std::size_t row_blocks = ceil_div(threads, panels);  // more than 1 if panels are few
  const std::size_t items = panels * row_blocks;
  CsrPanelProduct<T> whole{};
  whole.rows = rows.data();
  whole.b = layer_.kernel.data;
  whole.b_stride = units_;
  whole.c = z.data;
  whole.c_stride = units_;
  whole.bias = layer_.bias.empty() ? nullptr : layer_.bias.data();
  team_.parallel_for(threads, 1, [&](std::size_t first_thread, std::size_t last_thread) {
    T* const copy = panel_copies_.data() + first_thread * longest_copied_ * kWideUnits<T>;
    for (std::size_t i = items * first_thread / threads; i < items * last_thread / threads; ++i) {
      const std::size_t column = i / row_blocks * kWideUnits<T>, block = i % row_blocks;
      add_panel(whole, column, std::min(kWideUnits<T>, units_ - column), n * block / row_blocks,
                n * (block + 1) / row_blocks, copy);
    }
  });
}

template <class T>
void SparseFirstLayer<T>::add_panel(const CsrPanelProduct<T>& whole, std::size_t column,
                                    std::size_t columns, std::size_t first, std::size_t last,
                                    T* copy) const {
  for (std::size_t r = 0; r + 1 < bounds_.size(); ++r) {
    const std::size_t rows = bounds_[r + 1] - bounds_[r];
    CsrPanelProduct<T> p = whole;
    p.a = forward_ranges_.range(r);
    p.columns = columns;
    p.b = whole.b + column;
    p.c = whole.c + column;
    p.zero_init = r == 0;
    const bool ends = r + 2 == bounds_.size();
    p.bias = ends && whole.bias != nullptr ? whole.bias + column : nullptr;
    if (rows <= longest_copied_ && last - first > 1) {
      copy_panel(p.b + bounds_[r] * units_, units_, rows, columns, copy);
      p.b = copy - bounds_[r] * kWideUnits<T>;
      p.b_stride = kWideUnits<T>;
    }
    kernels_.csr_multiply_panel(p, first, last);
  }
}

template <class T>
void SparseFirstLayer<T>::set_input_ranges(const std::vector<std::size_t>& bounds) {
  owned_ranges_ = ColumnPartition(samples_, bounds);
  for (std::size_t s = 0; s + 1 < bounds.size(); ++s) {
    input_ranges_.push_back({bounds[s], bounds[s + 1]});
    input_ranges_.back().gradients.resize(kGradientRows * kWideUnits<T>);
  }
}

template <class T>
void SparseFirstLayer<T>::update(std::size_t range_index, std::span<const std::int32_t> rows,
                                 MatrixView<const T> dz, const Step& step) {
  InputRange& range = input_ranges_[range_index];
  range.batch.transpose(owned_ranges_.range(range_index), rows, rows.size(), range.first,
                        range.last);
  range.dz.resize(rows.size() * kWideUnits<T>);
  for (std::size_t column = 0; column < units_; column += kWideUnits<T>) {
    const std::size_t columns = std::min(kWideUnits<T>, units_ - column);
    copy_panel(dz.data + column, units_, rows.size(), columns, range.dz.data());
    update_panel(range, column, columns, step);
  }
}

template <class T>
void SparseFirstLayer<T>::update_panel(InputRange& range, std::size_t column, std::size_t columns,
                                       const Step& step) const {
  CsrPanelProduct<T> p{};
  p.a = range.batch.transposed();
  p.b = range.dz.data();
  p.b_stride = kWideUnits<T>;
  p.columns = columns;
  p.c_stride = columns;
  p.zero_init = true;
  for (std::size_t row = range.first; row < range.last; row += kGradientRows) {
    const std::size_t first = row - range.first;
    const std::size_t rows = std::min(kGradientRows, range.last - row);
    p.c = range.gradients.data() - first * columns;
    kernels_.csr_multiply_panel(p, first, first + rows);
    const std::size_t at = row * units_ + column;
    for (std::size_t k = 0; layer_.regularizers.kernel && k < rows; ++k) {
      add_penalty_gradient<T>(layer_.regularizers.kernel,
                              layer_.kernel.flat().subspan(at + k * units_, columns),
                              std::span(range.gradients).subspan(k * columns, columns));
    }
    step.pass(step.formula, {layer_.kernel.data + at, range.gradients.data(), step.slots + at,
                             step.n, columns, rows, units_});
  }
}

template class SparseFirstLayer<float>;
template class SparseFirstLayer<double>;

}  // namespace reprise
