#include "reprise/kernels/stepwise_plan.hpp"

#include "reprise/kernels/arena.hpp"
#include "reprise/kernels/penalties.hpp"
#include "reprise/kernels/rules/base_optimizer.hpp"

namespace reprise {

template <class T>
StepwisePlan<T>::StepwisePlan(Backend<T>& backend, const NetworkDescription<T>& network,
                              const Samples<T>& samples, std::size_t batch_size)
    : backend_(backend),
      samples_(samples),
      batch_size_(batch_size),
      step_(backend, network, samples,
            {[&backend](const auto& body) { backend.session(body); },
             [](std::size_t n, const auto& body) {
               body({0, n});
             }}),
      gradients_(network.variables.size()),
      dlayers_(layers_in(network, std::span(gradients_))),
      dvariables_(variables_of(dlayers_)) {}

template <class T>
void StepwisePlan<T>::set_gradients(std::size_t l, const DenseDescription<T>& dense) {
  const MatrixView<const T> dz = step_.dz_of(l);
  const auto& ddense = std::get<DenseDescription<T>>(dlayers_[l]);
  const Inputs<T> x = step_.input_of(l);
  if (const auto* csr = std::get_if<CsrView>(&x)) {
    backend_.csr_backward_weights({*csr, step_.rows()}, dz, ddense.kernel, ddense.bias);
  } else {
    backend_.dense_backward_weights(std::get<MatrixView<const T>>(x), dz, ddense.kernel,
                                    ddense.bias);
  }
  add_penalty_gradient<T>(dense.regularizers.kernel, dense.kernel.flat(), ddense.kernel.flat());
  add_penalty_gradient<T>(dense.regularizers.bias, dense.bias, ddense.bias);
}

template <class T>
void StepwisePlan<T>::update_weights() {
  const NetworkDescription<T>& network = step_.network();
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&network.layers[l]);
    if (dense != nullptr) set_gradients(l, *dense);
  }
  const OptimizerStep& step = network.state->step;
  const std::span<T> gradients(gradients_);
  scale_gradients(network.optimizer, gradients);
  if (accumulate(network.optimizer, step, gradients, network.waiting)) {
    prepare_step(network.optimizer, network.clipping, network.variables, dvariables_);
    backend_.optimizer_pass(network.optimizer, step, network.variables, gradients_, network.slots);
  }
  average_weights(network.optimizer, step, network.variables, network.averages);
}

template <class T>
void StepwisePlan<T>::train_epoch(std::span<const std::int32_t> order,
                                  const BatchObserver<T>& observe) {
  step_.train(
      samples_, order, batch_size_, {}, [this] { update_weights(); }, observe);
}

template <class T>
std::unique_ptr<Plan<T>> Backend<T>::make_plan(const NetworkDescription<T>& network,
                                               const Samples<T>& samples, std::size_t batch_size) {
  return std::make_unique<StepwisePlan<T>>(*this, network, samples, batch_size);
}

template class StepwisePlan<float>;
template class StepwisePlan<double>;
template class Backend<float>;
template class Backend<double>;

}  // namespace reprise
