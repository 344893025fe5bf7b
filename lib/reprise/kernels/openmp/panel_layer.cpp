#include "reprise/kernels/openmp/panel_layer.hpp"

#include <algorithm>

#include "reprise/kernels/openmp/work.hpp"

namespace reprise {

namespace {

constexpr std::size_t kRangeBytes = 28 << 10;
constexpr double kNonzerosPerList = 12;
// The inputs whose gradients the optimizer takes at once.
constexpr std::size_t kGradientRows = 8;

// Ranges of inputs whose panel fits in the first-level cache, unless lists would be too short. A
// multiple of four, so that two and four threads build the same number of lists.
template <class T>
std::vector<std::size_t> range_bounds(std::size_t inputs, double share) {
  const double fitting = kRangeBytes / (kPanelColumns<T> * sizeof(T));
  const double columns = std::max(fitting, kNonzerosPerList / std::max(share, 1e-9));
  const auto wanted = static_cast<std::size_t>(static_cast<double>(inputs) / columns);
  const std::size_t ranges = std::min(inputs, wanted / 4 * 4 + 4);
  std::vector<std::size_t> bounds;
  for (std::size_t r = 0; r <= ranges; ++r) bounds.push_back(inputs * r / ranges);
  return bounds;
}

}  // namespace

template <class T>
PanelLayer<T>::PanelLayer(Team& team, const IsaKernels<T>& kernels, MatrixView<const T> x,
                          const NetworkDescription<T>& network, std::size_t batch_size)
    : team_(team),
      kernels_(kernels),
      layer_(std::get<DenseDescription<T>>(network.layers.front())),
      batch_size_(batch_size),
      inputs_(x.cols),
      share_(share_of_nonzeros(x)),
      samples_(team, kernels, x, range_bounds<T>(x.cols, share_)),
      lists_(samples_, range_bounds<T>(x.cols, share_), batch_size),
      weights_(team, kernels, network, PanelWeights<T>::LastPanel::padded),
      scratch_(static_cast<std::size_t>(team.threads())) {
  const std::size_t rows = std::min(batch_size, BatchLists<T>::kChunkRows);
  const std::size_t gradient_rows = batch_size > rows ? inputs_ : kGradientRows;
  for (Scratch& scratch : scratch_) {
    scratch.rows.resize(rows * kPanelColumns<T>);
    scratch.gradients.resize(gradient_rows * kPanelColumns<T>);
  }
}

template <class T>
void PanelLayer<T>::pack() {
  weights_.discard();
  weights_.pack_weights();
  weights_.pack_slots();
}

template <class T>
void PanelLayer<T>::unpack() {
  weights_.unpack_weights();
  weights_.unpack_slots();
}

template <class T>
std::size_t PanelLayer<T>::work_of_row() const {
  return static_cast<std::size_t>(share_ * static_cast<double>(layer_.kernel.flat().size()));
}

template <class T>
std::size_t PanelLayer<T>::cost() const {
  return batch_size_ * work_of_row() + layer_.kernel.flat().size() * kOptimizerStepWork;
}

template <class T>
void PanelLayer<T>::forward(std::span<const std::int32_t> rows, MatrixView<T> z) {
  const std::size_t n = rows.size();
  const std::size_t threads = team_.threads_for(n, grain_for(work_of_row()));
  team_.parallel_for(threads, 1, [&](std::size_t first, std::size_t last) {
    lists_.build(rows, lists_.ranges() * first / threads, lists_.ranges() * last / threads);
  });
  const std::size_t blocks = ceil_div(threads, weights_.panels());  // of rows, if panels are few
  const std::size_t items = weights_.panels() * blocks;
  team_.parallel_for(threads, 1, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = items * first / threads; i < items * last / threads; ++i) {
      const std::size_t block = i % blocks;
      forward_panel(i / blocks, n * block / blocks, n * (block + 1) / blocks, z,
                    scratch_[first].rows.data());
    }
  });
}

template <class T>
void PanelLayer<T>::forward_panel(std::size_t panel, std::size_t first, std::size_t last,
                                  MatrixView<T> z, T* sums) const {
  const std::size_t column = panel * kPanelColumns<T>, ranges = lists_.ranges();
  for (std::size_t row = first; row < last;) {
    const std::size_t chunk = row / BatchLists<T>::kChunkRows;
    const std::size_t start = chunk * BatchLists<T>::kChunkRows;
    const std::size_t end = std::min(last, start + BatchLists<T>::kChunkRows);
    PanelProduct<T> product{};
    product.c = sums;
    for (std::size_t r = 0; r < ranges; ++r) {
      lists_.set_rows(chunk, r, product);
      product.panel = weights_.row(panel, lists_.bound(r));
      product.zero_init = r == 0;
      if (r + 1 == ranges) {
        product.out = z.data + start * z.cols + column;
        product.out_stride = z.cols;
        product.columns = weights_.columns_of(panel);
        product.bias = layer_.bias.empty() ? nullptr : layer_.bias.data() + column;
      }
      kernels_.panel_multiply(product, row - start, end - start);
    }
    row = end;
  }
}

template <class T>
void PanelLayer<T>::update(std::size_t thread, std::size_t threads, MatrixView<const T> dz,
                           const StepFormula<T>& step) {
  const std::size_t segments =
      ceil_div(threads, weights_.panels());  // of the inputs, if panels are few
  const std::size_t items = weights_.panels() * segments;
  for (std::size_t i = items * thread / threads; i < items * (thread + 1) / threads; ++i) {
    const std::size_t s = i % segments;
    update_panel(i / segments, inputs_ * s / segments, inputs_ * (s + 1) / segments, dz, step,
                 scratch_[thread]);
  }
}

template <class T>
void PanelLayer<T>::update_panel(std::size_t panel, std::size_t first, std::size_t last,
                                 MatrixView<const T> dz, const StepFormula<T>& step,
                                 Scratch& scratch) {
  PanelProduct<T> product{};
  product.panel = scratch.rows.data();
  for (std::size_t start = 0; start < dz.rows; start += BatchLists<T>::kChunkRows) {
    const std::size_t end = std::min(dz.rows, start + BatchLists<T>::kChunkRows);
    copy_panel(dz.slice(start, end), panel * kPanelColumns<T>, scratch.rows.data());
    lists_.set_columns(start / BatchLists<T>::kChunkRows, product);
    product.zero_init = start == 0;
    const bool ends = end == dz.rows;
    for (std::size_t k = first; k < last; k += kGradientRows) {
      const std::size_t n = std::min(kGradientRows, last - k);
      const bool stored = scratch.gradients.size() > kGradientRows * kPanelColumns<T>;
      T* const gradients = scratch.gradients.data() + (stored ? k * kPanelColumns<T> : 0);
      product.c = gradients - k * kPanelColumns<T>;
      kernels_.panel_multiply(product, k, k + n);
      if (ends) weights_.pass(step, panel, k, n, gradients);
    }
  }
}

template class PanelLayer<float>;
template class PanelLayer<double>;

}  // namespace reprise
