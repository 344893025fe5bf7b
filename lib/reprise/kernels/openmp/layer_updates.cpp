#include "reprise/kernels/openmp/layer_updates.hpp"

#include <algorithm>

#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/penalties.hpp"

namespace reprise {

template <class T>
LayerUpdates<T>::LayerUpdates(const IsaKernels<T>& kernels, const NetworkDescription<T>& network,
                              std::size_t batch_size, std::size_t threads)
    : kernels_(kernels), batch_size_(batch_size), gradients_(threads) {
  std::size_t at = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&network.layers[l]);
    if (dense == nullptr) continue;
    if (l > 0) add(l, false, dense->kernel.rows, dense->kernel.cols, at);
    at += dense->kernel.rows * dense->kernel.cols;
    if (!dense->bias.empty()) add(l, true, 1, dense->kernel.cols, at);
    at += dense->bias.size();
  }
  for (auto& gradients : gradients_) gradients.resize(largest_);
}

template <class T>
void LayerUpdates<T>::add(std::size_t layer, bool is_bias, std::size_t rows, std::size_t width,
                          std::size_t at) {
  constexpr std::size_t kPieceRows = 64;
  for (std::size_t row = 0; row < rows; row += kPieceRows) {
    const std::size_t last = std::min(rows, row + kPieceRows), size = (last - row) * width;
    pieces_.push_back({layer, is_bias, row, last, width, at + row * width, cost_});
    cost_ += size * (batch_size_ / 4 + kOptimizerStepWork);
    largest_ = std::max(largest_, size);
  }
}

template <class T>
void LayerUpdates<T>::set_gradients(const Piece& piece, const BatchStep<T>& batch,
                                    std::span<T> out) const {
  const MatrixView<const T> dz = batch.dz_of(piece.layer);
  const auto& [kernel, bias, activation, regularizers] = batch.dense(piece.layer);
  if (piece.is_bias) {
    kernels_.sum_rows(dz.data, dz.rows, dz.cols, 0, dz.cols, out.data());
    add_penalty_gradient<T>(regularizers.bias, bias, out);
    return;
  }
  const auto x = std::get<MatrixView<const T>>(batch.input_of(piece.layer));
  const std::size_t rows = piece.last_row - piece.first_row;
  const Product<T> product{rows, piece.width, dz.rows, x.data + piece.first_row,
                           1,    x.cols,      dz.data, piece.width,
                           1,    out.data(),  nullptr};
  kernels_.product(product, {0, rows, 0, piece.width});
  add_penalty_gradient<T>(regularizers.kernel,
                          kernel.flat().subspan(piece.first_row * piece.width, out.size()), out);
}

template <class T>
void LayerUpdates<T>::update(std::size_t thread, std::size_t threads, const BatchStep<T>& batch,
                             const StepFormula<T>& step) {
  const NetworkDescription<T>& network = batch.network();
  HugePageVector<T>& gradients = gradients_[thread];
  for (const Piece& piece : pieces_) {
    if (piece.cost * threads / std::max<std::size_t>(cost_, 1) != thread) continue;
    const std::size_t size = (piece.last_row - piece.first_row) * piece.width;
    set_gradients(piece, batch, std::span(gradients).first(size));
    step.pass(step.formula, {network.variables.data() + piece.at, gradients.data(),
                             network.slots.data() + piece.at, network.variables.size(), size});
  }
}

template class LayerUpdates<float>;
template class LayerUpdates<double>;

}  // namespace reprise
