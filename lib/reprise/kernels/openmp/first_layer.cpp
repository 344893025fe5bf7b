#include "reprise/kernels/openmp/first_layer.hpp"

#include <algorithm>
#include <cstring>

#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/penalties.hpp"

namespace reprise {

namespace {

constexpr std::size_t kRangeBytes = 28 << 10;
constexpr double kEntriesOfARow = 12;
// Ranges that are copied at all.
constexpr std::size_t kCopiedBytes = 64 << 10;

// Rows of a gradient's panel that the optimizer takes at once.
constexpr std::size_t kGradientRows = 32;

// `rows` rows of up to kWide columns, from `step` apart to neighbours, kWide apart.
template <class T>
void copy_panel(const T* from, std::size_t step, std::size_t rows, std::size_t columns, T* to) {
  for (std::size_t k = 0; k < rows; ++k, from += step, to += kWide<T>) {
    if (columns == kWide<T>) {
      std::memcpy(to, from, kWide<T> * sizeof(T));  // of a known length: no call
    } else {
      std::memcpy(to, from, columns * sizeof(T));
    }
  }
}

}  // namespace

template <class T>
FirstLayer<T>::FirstLayer(Team& team, const IsaKernels<T>& kernels, const SparseRows<T>& samples,
                          const DenseDescription<T>& layer)
    : team_(team), kernels_(kernels), samples_(samples), layer_(layer), units_(layer.kernel.cols) {
  make_ranges(samples.places());
}

template <class T>
void FirstLayer<T>::make_ranges(const CsrView& places) {
  const std::vector<std::size_t> filled = entries_of_columns(places);
  const std::size_t panel_bytes = std::min(units_, kWide<T>) * sizeof(T);
  const auto enough = static_cast<std::size_t>(kEntriesOfARow * static_cast<double>(places.rows));
  bounds_ = {0};
  std::size_t entries = 0;
  // a single panel's rows are neighbours: one range in place took .97 of the time on Reuters
  for (std::size_t column = 0; units_ > kWide<T> && column < places.cols; ++column) {
    entries += filled[column];
    const std::size_t rows = column + 1 - bounds_.back();
    if (rows * panel_bytes < kRangeBytes || entries < enough) continue;
    bounds_.push_back(column + 1);
    entries = 0;
  }
  if (bounds_.back() != places.cols) bounds_.push_back(places.cols);
  ranges_ = ColumnPartition(places, bounds_);
  if (units_ <= kWide<T>) return;  // neighbours already
  for (std::size_t r = 0; r + 1 < bounds_.size(); ++r) {
    const std::size_t rows = bounds_[r + 1] - bounds_[r];
    if (rows * panel_bytes <= kCopiedBytes) longest_copied_ = std::max(longest_copied_, rows);
  }
  copies_.resize(longest_copied_ * kWide<T> * static_cast<std::size_t>(team_.threads()));
}

template <class T>
void FirstLayer<T>::forward(std::span<const std::int32_t> rows, MatrixView<T> z) {
  const std::size_t panels = pieces_of(units_, kWide<T>), n = rows.size();
  const std::size_t threads = team_.threads_for(n, grain_for(kOnesOfARow * units_));
  const std::size_t shares = pieces_of(threads, panels);  // of the rows, where panels are few
  const std::size_t items = panels * shares;
  ListedProducts<T> whole{};
  whole.values = samples_.values();
  whole.rows = rows.data();
  whole.from = layer_.kernel.data;
  whole.from_step = units_;
  whole.out = z.data;
  whole.out_step = units_;
  whole.bias = layer_.bias.empty() ? nullptr : layer_.bias.data();
  team_.parallel_for(threads, 1, [&](std::size_t first_thread, std::size_t last_thread) {
    T* const copy = copies_.data() + first_thread * longest_copied_ * kWide<T>;
    for (std::size_t i = items * first_thread / threads; i < items * last_thread / threads; ++i) {
      const std::size_t column = i / shares * kWide<T>, share = i % shares;
      add_panel(whole, column, std::min(kWide<T>, units_ - column), n * share / shares,
                n * (share + 1) / shares, copy);
    }
  });
}

template <class T>
void FirstLayer<T>::add_panel(const ListedProducts<T>& whole, std::size_t column,
                              std::size_t columns, std::size_t first, std::size_t last,
                              T* copy) const {
  for (std::size_t r = 0; r + 1 < bounds_.size(); ++r) {
    const std::size_t rows = bounds_[r + 1] - bounds_[r];
    ListedProducts<T> p = whole;
    p.lists = ranges_.range(r);
    p.columns = columns;
    p.from = whole.from + column;
    p.out = whole.out + column;
    p.begins = r == 0;
    const bool ends = r + 2 == bounds_.size();
    p.bias = ends && whole.bias != nullptr ? whole.bias + column : nullptr;
    if (rows <= longest_copied_ && last - first > 1) {
      copy_panel(p.from + bounds_[r] * units_, units_, rows, columns, copy);
      p.from = copy - bounds_[r] * kWide<T>;
      p.from_step = kWide<T>;
    }
    kernels_.add_listed_products_fused(p, first, last);
  }
}

template <class T>
void FirstLayer<T>::set_shares(const std::vector<std::size_t>& bounds) {
  owned_ = ColumnPartition(samples_.places(), bounds);
  for (std::size_t s = 0; s + 1 < bounds.size(); ++s) {
    shares_.push_back({bounds[s], bounds[s + 1]});
    shares_.back().gradients.resize(kGradientRows * kWide<T>);
  }
}

template <class T>
void FirstLayer<T>::update(std::size_t number, std::span<const std::int32_t> rows,
                           MatrixView<const T> dz, const Step& step) {
  Share& share = shares_[number];
  share.columns.turn(owned_.range(number), samples_.values(), rows, rows.size(), share.first,
                     share.last);
  share.dz.resize(rows.size() * kWide<T>);
  for (std::size_t column = 0; column < units_; column += kWide<T>) {
    const std::size_t columns = std::min(kWide<T>, units_ - column);
    copy_panel(dz.data + column, units_, rows.size(), columns, share.dz.data());
    update_panel(share, column, columns, step);
  }
}

template <class T>
void FirstLayer<T>::update_panel(Share& share, std::size_t column, std::size_t columns,
                                 const Step& step) const {
  ListedProducts<T> p{};
  p.lists = share.columns.lists();
  p.values = share.columns.values();
  p.from = share.dz.data();
  p.from_step = kWide<T>;
  p.columns = columns;
  p.out_step = columns;
  p.begins = true;
  for (std::size_t row = share.first; row < share.last; row += kGradientRows) {
    const std::size_t first = row - share.first;
    const std::size_t rows = std::min(kGradientRows, share.last - row);
    p.out = share.gradients.data() - first * columns;
    kernels_.add_listed_products(p, first, first + rows);
    const std::size_t at = row * units_ + column;
    for (std::size_t k = 0; layer_.regularizers.kernel && k < rows; ++k) {
      add_penalty_gradient<T>(layer_.regularizers.kernel,
                              layer_.kernel.flat().subspan(at + k * units_, columns),
                              std::span(share.gradients).subspan(k * columns, columns));
    }
    step.pass(step.formula, {layer_.kernel.data + at, share.gradients.data(), step.slots + at,
                             step.n, columns, rows, units_});
  }
}

template class FirstLayer<float>;
template class FirstLayer<double>;

}  // namespace reprise
