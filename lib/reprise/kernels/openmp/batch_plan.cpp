#include "reprise/kernels/openmp/batch_plan.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "reprise/kernels/openmp/team_execution.hpp"
#include "reprise/kernels/rules/base_optimizer.hpp"

namespace reprise {

namespace {

// The number of rows that go through all layers together.
constexpr std::size_t kRowsPerPass = 128;
// Multiply-adds of one row of a batch, forward and backward.
template <class T>
std::size_t work_of_row(const NetworkDescription<T>& network, const Inputs<T>& x) {
  std::size_t work = work_after_first_product(network);
  if (const auto* dense = std::get_if<DenseDescription<T>>(&network.layers.front())) {
    const bool sparse = std::holds_alternative<CsrView>(x);
    work += (sparse ? kNonzerosPerRow : 2 * dense->kernel.rows) * dense->kernel.cols;
  }
  return work;
}

}  // namespace

template <class T>
bool BatchPlan<T>::supports(const NetworkDescription<T>& network) {
  if (acts_around_formula(network.optimizer)) return false;
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
      rows_backend_(one_thread_, isa),
      step_(rows_backend_, network, samples,
            team_execution(team, work_of_row(network, samples.x), kRowsPerPass)) {
  make_parts();
}

template <class T>
void BatchPlan<T>::train_epoch(std::span<const std::int32_t> order,
                               const BatchObserver<T>& observe) {
  std::function<void()> set_first_z;
  if (first_layer_) {
    first_layer_->weights().pack_weights();
    first_layer_->weights().pack_slots();
    set_first_z = [this] { this->set_first_z(std::get<CsrView>(samples_.x)); };
  }
  step_.train(
      samples_, order, batch_size_, set_first_z, [this] { update_weights(); }, observe);
}

template <class T>
void BatchPlan<T>::evaluate(const Samples<T>& samples, std::size_t batch_size,
                            const BatchObserver<T>& observe) {
  const auto* csr = std::get_if<CsrView>(&samples.x);
  if (!first_layer_ || csr == nullptr) {
    sync_weights();
    return step_.evaluate(samples, batch_size, observe);
  }
  step_.evaluate(samples, batch_size, observe, [&] { set_first_z(*csr); });
}

template <class T>
void BatchPlan<T>::predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) {
  sync_weights();
  step_.predict(x, batch_size, out);
}

template <class T>
void BatchPlan<T>::set_first_z(const CsrView& samples) {
  if (step_.dense(0).regularizers.kernel) sync_weights();  // the loss contains the kernel's penalty
  first_layer_->forward(samples, step_.rows(), step_.z_of(0));
}

template <class T>
void BatchPlan<T>::sync_weights() {
  if (first_layer_) first_layer_->weights().unpack_weights();
}

template <class T>
void BatchPlan<T>::sync() {
  sync_weights();
  if (first_layer_) first_layer_->weights().unpack_slots();
}

template <class T>
void BatchPlan<T>::reload() {
  if (first_layer_) first_layer_->weights().discard();
}

// Divides the first kernel's rows among the threads by the cost of their gradients, if the samples
// are sparse, and all other weights evenly.
template <class T>
void BatchPlan<T>::make_parts() {
  std::vector<VariableRows> variables = variable_rows(step_.network());
  const std::size_t rows = std::min(batch_size_, rows_of(samples_.x));
  parts_ = team_.threads_for(DenseUpdate<T>::cost(variables, rows), kMinWorkPerThread);
  const auto* csr = std::get_if<CsrView>(&samples_.x);
  if (csr != nullptr && csr->rows > 0 && !variables.empty() && variables.front().layer == 0) {
    const std::size_t width = variables.front().width;
    const std::vector<std::size_t> nonzeros = nonzeros_per_column(*csr);
    std::vector<std::size_t> costs;
    for (const std::size_t entries : nonzeros) {
      costs.push_back(width * (entries * rows / rows_of(samples_.x) + kOptimizerStepWork));
    }
    const std::size_t all = std::accumulate(costs.begin(), costs.end(), std::size_t{0});
    std::vector<std::size_t> bounds{0};
    std::size_t so_far = 0;
    for (std::size_t row = 0; row < costs.size(); ++row) {
      if (so_far * parts_ / all >= bounds.size()) bounds.push_back(row);
      so_far += costs[row];
    }
    while (bounds.size() <= parts_) bounds.push_back(costs.size());
    first_layer_.emplace(team_, kernels_, step_.network(), csr->rows, nonzeros, bounds);
    variables.erase(variables.begin());
  }
  dense_ = {step_, kernels_, variables, rows, parts_};
}

template <class T>
void BatchPlan<T>::update_weights() {
  with_step(kernels_, step_.network(), [&](const StepFormula<T>& step) {
    team_.parallel_for(parts_, 1, [&](std::size_t first, std::size_t last) {
      for (std::size_t part = first; part < last; ++part) {
        if (first_layer_) {
          first_layer_->update(part, step_.dz_of(0), step);
        }
        dense_.run(part, step);
      }
    });
  });
  if (first_layer_) first_layer_->weights().mark_changed();
}

template class BatchPlan<float>;
template class BatchPlan<double>;

}  // namespace reprise
