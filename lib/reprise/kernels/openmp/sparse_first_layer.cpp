#include "reprise/kernels/openmp/sparse_first_layer.hpp"

#include <algorithm>
#include <cstring>

#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/penalties.hpp"

namespace reprise {

namespace {

// A range grows until a row has this many nonzeros in it on average. The weights of a panel for it
// take at least kMinRangeBytes, unless a thread's inputs end, and about kMaxRangeBytes at most.
constexpr double kNonzerosInRange = 12;
constexpr std::size_t kMinRangeBytes = 28 << 10;
constexpr std::size_t kMaxRangeBytes = 128 << 10;

template <class T>
constexpr std::size_t kLine = kCacheLine / sizeof(T);

// The rows of a gradient's panel that the optimizer takes at once.
constexpr std::size_t kGradientRows = 32;

}  // namespace

template <class T>
SparseFirstLayer<T>::SparseFirstLayer(Team& team, const IsaKernels<T>& kernels,
                                      const NetworkDescription<T>& network, std::size_t rows,
                                      const std::vector<std::size_t>& nonzeros,
                                      const std::vector<std::size_t>& bounds)
    : team_(team),
      kernels_(kernels),
      layer_(std::get<DenseDescription<T>>(network.layers.front())),
      units_(layer_.kernel.cols),
      weights_(team, kernels, network, PanelWeights<T>::LastPanel::narrow),
      sums_(static_cast<std::size_t>(team.threads())) {
  const auto enough = static_cast<std::size_t>(kNonzerosInRange * static_cast<double>(rows));
  bounds_ = {0};
  for (std::size_t t = 0; t + 1 < bounds.size(); ++t) {
    const std::size_t first_range = bounds_.size() - 1;
    std::size_t entries = 0;
    for (std::size_t column = bounds[t]; column < bounds[t + 1]; ++column) {
      entries += nonzeros[column];
      const std::size_t bytes = (column + 1 - bounds_.back()) * kPanelColumns<T> * sizeof(T);
      const bool ends = column + 1 == bounds[t + 1];
      if (!ends && (bytes < kMinRangeBytes || (entries < enough && bytes < kMaxRangeBytes)))
        continue;
      bounds_.push_back(column + 1);
      entries = 0;
    }
    parts_.push_back({first_range, bounds_.size() - 1});
    parts_.back().gradients.resize(kGradientRows * kPanelColumns<T>);
  }
}

template <class T>
void SparseFirstLayer<T>::forward(const CsrView& samples, std::span<const std::int32_t> rows,
                                  MatrixView<T> z) {
  weights_.pack_weights();
  batch_.build(team_, samples, rows, bounds_);
  const std::size_t panels = weights_.panels(), n = rows.size();
  const std::size_t threads = team_.threads_for(n, grain_for(kNonzerosPerRow * units_));
  const std::size_t row_blocks = ceil_div(threads, panels);  // more than 1 if panels are few
  const std::size_t items = panels * row_blocks;
  team_.parallel_for(threads, 1, [&](std::size_t first_thread, std::size_t last_thread) {
    HugePageVector<T>& sums = sums_[first_thread];
    if (sums.size() < n * kPanelColumns<T>) sums.resize(n * kPanelColumns<T>);
    for (std::size_t i = items * first_thread / threads; i < items * last_thread / threads; ++i) {
      const std::size_t block = i % row_blocks;
      forward_panel(i / row_blocks, n * block / row_blocks, n * (block + 1) / row_blocks,
                    sums.data(), z);
    }
  });
}

template <class T>
void SparseFirstLayer<T>::forward_panel(std::size_t panel, std::size_t first, std::size_t last,
                                        T* sums, MatrixView<T> z) const {
  if (first == last) return;
  const std::size_t column = panel * kPanelColumns<T>, width = weights_.width_of(panel);
  CsrPanelProduct<T> p{};
  p.b = weights_.row(panel, 0);
  p.b_stride = width;
  p.columns = weights_.columns_of(panel);
  p.c = sums;
  p.c_stride = p.columns;
  for (std::size_t r = 0; r + 1 < bounds_.size(); ++r) {
    p.a = batch_.range(r);
    p.zero_init = r == 0;
    const bool ends = r + 2 == bounds_.size();
    p.bias = ends && !layer_.bias.empty() ? layer_.bias.data() + column : nullptr;
    const std::size_t next = ends ? 0 : (bounds_[r + 2] - bounds_[r + 1]) * width;
    const std::size_t step = ceil_div(next, (last - first) * kLine<T>) * kLine<T>;
    p.ahead[0] = {weights_.row(panel, bounds_[r + 1]) - first * step, step};
    kernels_.csr_multiply_panel(p, first, last);
  }
  for (std::size_t i = first; i < last; ++i) {
    std::memcpy(z.data + i * z.cols + column, sums + i * p.columns, p.columns * sizeof(T));
  }
}

template <class T>
void SparseFirstLayer<T>::update(std::size_t thread, MatrixView<const T> dz,
                                 const StepFormula<T>& step) {
  Part& part = parts_[thread];
  part.batch.transpose(batch_, part.first_range, part.last_range);
  if (part.dz.size() < dz.rows * kPanelColumns<T>) part.dz.resize(dz.rows * kPanelColumns<T>);
  for (std::size_t panel = 0; panel < weights_.panels(); ++panel) {
    copy_panel(dz, panel * kPanelColumns<T>, part.dz.data());
    update_panel(part, panel, step);
  }
}

template <class T>
void SparseFirstLayer<T>::update_panel(Part& part, std::size_t panel, const StepFormula<T>& step) {
  const std::size_t columns = weights_.columns_of(panel);
  const std::size_t begin = bounds_[part.first_range], end = bounds_[part.last_range];
  CsrPanelProduct<T> p{};
  p.a = part.batch.transposed();
  p.b = part.dz.data();
  p.b_stride = kPanelColumns<T>;
  p.columns = columns;
  p.c_stride = columns;
  p.zero_init = true;
  p.ahead = weights_.ahead(panel, begin);
  for (std::size_t row = begin; row < end; row += kGradientRows) {
    const std::size_t first = row - begin, rows = std::min(kGradientRows, end - row);
    p.c = part.gradients.data() - first * columns;
    kernels_.csr_multiply_panel(p, first, first + rows);
    add_penalty_gradient<T>(layer_.regularizers.kernel, {weights_.row(panel, row), rows * columns},
                            std::span(part.gradients).first(rows * columns));
    weights_.pass(step, panel, row, rows, part.gradients.data());
  }
}

template class SparseFirstLayer<float>;
template class SparseFirstLayer<double>;

}  // namespace reprise
