#include "reprise/kernels/openmp/batch_plan.hpp"

#include <algorithm>

#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/penalties.hpp"
#include "reprise/kernels/rules/optimizer_list.hpp"

namespace reprise {

namespace {

// The number of rows that go through all layers together.
constexpr std::size_t kRowsPerPass = 128;
// The size of a block's gradients. On sparse samples every block reads its columns of all rows of
// the batch: IMDB's scatter took 1.4 times as long with 128 KiB and 1.2 times as long with 256 KiB.
constexpr std::size_t kBlockBytes = 512 << 10;

// Multiply-adds of one row of a batch, forward and backward.
template <class T>
std::size_t work_of_row(const NetworkDescription<T>& network, const Inputs<T>& x) {
  std::size_t work = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&network.layers[l]);
    if (dense == nullptr) continue;
    const bool sparse = l == 0 && std::holds_alternative<CsrView>(x);
    work += (sparse ? kNonzerosPerRow : 2 * dense->kernel.rows) * dense->kernel.cols;
    work += kExpWork * dense->kernel.cols;
  }
  return work;
}

}  // namespace

template <class T>
bool BatchPlan<T>::supports(const NetworkDescription<T>& network) {
  return std::visit(
      [](const auto& p) {
        return !p.clipnorm && !p.global_clipnorm && !p.clipvalue && !p.weight_decay;
      },
      network.optimizer);
}

template <class T>
BatchPlan<T>::BatchPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
                        const Samples<T>& samples, std::size_t batch_size)
    : team_(team),
      kernels_(kernels_of<T>(isa)),
      samples_(samples),
      batch_size_(batch_size),
      work_of_row_(work_of_row(network, samples.x)),
      rows_backend_(one_thread_, isa),
      step_(rows_backend_, network, samples,
            {[this](const auto& body) { team_.session(body); },
             [this](std::size_t n, const auto& body) {
               team_.parallel_for(n, grain_for(work_of_row_), [&](auto first, auto last) {
                 for (std::size_t i = first; i < last; i += kRowsPerPass) {
                   body({i, std::min<std::size_t>(i + kRowsPerPass, last)});
                 }
               });
             }}) {
  find_sparse_samples(samples);
  make_parts();
  make_partition();
}

template <class T>
void BatchPlan<T>::find_sparse_samples(const Samples<T>& samples) {
  const auto* dense = std::get_if<DenseDescription<T>>(&step_.network().layers.front());
  if (dense == nullptr || rows_of(samples.x) == 0) return;
  const std::size_t units = dense->kernel.cols;
  if (const auto* csr = std::get_if<CsrView>(&samples.x)) sparse_.emplace(*csr);
  if (!sparse_) return;
  const double batch = static_cast<double>(std::min(batch_size_, rows_of(samples.x)));
  for (const std::size_t entries : nonzeros_per_column(*sparse_)) {
    expected_nonzeros_.push_back(static_cast<double>(entries) * batch /
                                 static_cast<double>(rows_of(samples.x)));
  }
  if (units >= kWideUnits<T>) first_layer_.emplace(team_, kernels_, *sparse_, *dense);
}

template <class T>
void BatchPlan<T>::compute_rows(std::span<const std::int32_t> batch) {
  step_.begin(samples_, batch, Pass::training,
              first_layer_ ? FirstLayer::given : FirstLayer::computed);
  if (first_layer_) first_layer_->forward(batch, step_.z_of(0));
  step_.compute_rows();
}

template <class T>
void BatchPlan<T>::train_epoch(std::span<const std::int32_t> order,
                               const BatchObserver<T>& observe) {
  TrainingState& state = *step_.network().state;
  step_.for_each_batch(order, batch_size_, [&](std::span<const std::int32_t> batch) {
    compute_rows(batch);
    const BatchResult<T> result = step_.result();
    advance<T>(step_.network().optimizer, state.step);
    update_weights();
    ++state.batches;
    observe(result);
  });
}

template <class T>
auto BatchPlan<T>::variables() const -> std::vector<Segment> {
  std::vector<Segment> all;
  for (std::size_t l = 0; l < step_.network().layers.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&step_.network().layers[l]);
    if (dense == nullptr) continue;
    all.push_back({l, false, 0, dense->kernel.rows, dense->kernel.cols});
    if (!dense->bias.empty()) all.push_back({l, true, 0, 1, dense->kernel.cols});
  }
  return all;
}

// The cost in multiply-adds of the gradients and the optimizer step for one row of a variable.
template <class T>
std::size_t BatchPlan<T>::cost_of_row(const Segment& variable, std::size_t row) const {
  const bool sparse = variable.layer == 0 && !variable.is_bias && sparse_.has_value();
  // A dense product keeps its sums in registers, so a term takes about a quarter of a sparse term's
  // time.
  const std::size_t terms =
      sparse ? static_cast<std::size_t>(expected_nonzeros_[row]) : batch_size_ / 4;
  return variable.width * (terms + kOptimizerStepWork);
}

template <class T>
void BatchPlan<T>::make_parts() {
  std::size_t cost = 0, so_far = 0, at = 0;
  for (const Segment& variable : variables()) {
    for (std::size_t row = 0; row < variable.last_row; ++row) cost += cost_of_row(variable, row);
  }
  parts_.resize(team_.threads_for(cost, kMinWorkPerThread));
  std::vector<std::size_t> wide_bounds;
  for (const Segment& variable : variables()) {
    const bool wide = variable.layer == 0 && !variable.is_bias && first_layer_;
    for (std::size_t row = 0; row < variable.last_row; ++row, at += variable.width) {
      Part& part = parts_[std::min(parts_.size() - 1, so_far * parts_.size() / cost)];
      so_far += cost_of_row(variable, row);
      if (wide) {
        if (part.wide_rows++ == 0) wide_bounds.push_back(row);
        continue;
      }
      const bool full =
          !part.blocks.empty() && part.blocks.back().size() * sizeof(T) >= kBlockBytes;
      if (part.blocks.empty() || full) part.blocks.push_back({at, at, {}});
      Block& block = part.blocks.back();
      if (row == 0 || block.segments.empty()) {
        block.segments.push_back({variable.layer, variable.is_bias, row, row, variable.width});
      }
      block.segments.back().last_row = row + 1;
      block.last = at + variable.width;
    }
  }
  if (first_layer_) {
    wide_bounds.push_back(step_.dense(0).kernel.rows);
    first_layer_->set_input_ranges(wide_bounds);
  }
  for (Part& part : parts_) {
    std::size_t largest = 0;
    for (const Block& block : part.blocks) largest = std::max(largest, block.size());
    part.gradients.assign(largest, T(0));
  }
}

template <class T>
void BatchPlan<T>::make_partition() {
  if (!sparse_ || first_layer_) return;
  std::vector<std::size_t> bounds;
  for (Part& part : parts_) {
    for (Block& block : part.blocks) {
      if (block.segments.empty()) continue;
      const Segment& s = block.segments.front();
      if (s.layer != 0 || s.is_bias) continue;
      block.range = bounds.size();
      bounds.push_back(s.first_row);
    }
  }
  bounds.push_back(sparse_->cols);
  partition_ = ColumnPartition(*sparse_, bounds);
}

template <class T>
void BatchPlan<T>::set_kernel_gradients(const Block& block, const Segment& s, T* out) const {
  const MatrixView<const T> dz = step_.dz_of(s.layer);
  const auto batch = step_.rows();
  const std::size_t rows = s.last_row - s.first_row;
  if (s.layer > 0 || !sparse_) {
    const auto x = std::get<MatrixView<const T>>(step_.input_of(s.layer));
    const Product<T> product{
        rows, s.width, dz.rows, x.data + s.first_row, 1, x.cols, dz.data, s.width, 1, out, nullptr};
    kernels_.product(product, {0, rows, 0, s.width});
  } else {  // out is 0 already, because the optimizer's pass clears it
    kernels_.csr_transpose_multiply_add(partition_.range(block.range), batch.data(), batch.size(),
                                        dz.data, s.width, out - s.first_row * s.width);
  }
}

template <class T>
void BatchPlan<T>::set_gradients(const Block& block, T* out) const {
  for (const Segment& s : block.segments) {
    const std::size_t size = (s.last_row - s.first_row) * s.width;
    const std::span<T> gradients(out, size);
    const auto& [kernel, bias, activation, regularizers] = step_.dense(s.layer);
    if (s.is_bias) {
      const MatrixView<const T> dz = step_.dz_of(s.layer);
      kernels_.sum_rows(dz.data, dz.rows, dz.cols, 0, dz.cols, out);
      add_penalty_gradient<T>(regularizers.bias, bias, gradients);
    } else {
      set_kernel_gradients(block, s, out);
      add_penalty_gradient<T>(regularizers.kernel,
                              kernel.flat().subspan(s.first_row * s.width, size), gradients);
    }
    out += size;
  }
}

template <class T>
void BatchPlan<T>::update_weights() {
  const NetworkDescription<T>& network = step_.network();
  with_formula<T>(network.optimizer, network.state->step, [&](const auto& formula) {
    using Formula = std::remove_cvref_t<decltype(formula)>;
    const auto pass = kernels_.optimizer_pass[Formulas<T>::template index<Formula>()];
    team_.parallel_for(parts_.size(), 1, [&](auto first_part, auto last_part) {
      for (std::size_t p = first_part; p < last_part; ++p) {
        Part& part = parts_[p];
        if (part.wide_rows > 0) {
          first_layer_->update(p, step_.rows(), step_.dz_of(0),
                               {pass, &formula, network.slots.data(), network.variables.size()});
        }
        for (const Block& block : part.blocks) {
          set_gradients(block, part.gradients.data());
          pass(&formula, {network.variables.data() + block.first, part.gradients.data(),
                          network.slots.data() + block.first, network.variables.size(),
                          block.size(), 1, 0, sparse_ ? part.gradients.data() : nullptr});
        }
      }
    });
  });
}

template class BatchPlan<float>;
template class BatchPlan<double>;

}  // namespace reprise
