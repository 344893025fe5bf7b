#include "reprise/nn/network.hpp"

#include <algorithm>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/arena.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "reprise/nn/converted.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/nn/means.hpp"

namespace reprise {

namespace {

// The number of values in all variables.
std::size_t arena_size(std::size_t inputs, const std::vector<Layer>& layers) {
  std::size_t size = 0;
  for (const Layer& layer : layers) {
    if (const auto* dense = std::get_if<Dense>(&layer)) {
      size += (inputs + (dense->use_bias ? 1 : 0)) * dense->units;
      inputs = dense->units;
    }
  }
  return size;
}

// The data of a fit in T. It lives as long as the plan.
template <class T>
struct TypedData {
  explicit TypedData(const Dataset& data)
      : x(data.x), y(data.y), weights(data.sample_weight.begin(), data.sample_weight.end()) {}
  Samples<T> samples() const { return {x.view(), y.view(), weights}; }

  ConvertedInputs<T> x;
  Converted<T> y;
  std::vector<T> weights;
};

template <class T>
std::unique_ptr<Backend<T>> backend_of(Runtime& runtime) {
  const RuntimeOptions& options = runtime.options();
  const InternalOptions& internal = InternalAccess::options(runtime);
  Team& team = InternalAccess::team(runtime);
  if constexpr (std::is_same_v<T, float>) {
    if (internal.float_backend) return internal.float_backend(team);
  }
  return make_backend<T>(options.backend, team, {internal.summation, options.isa, options.fuse});
}

template <class T>
class TypedNetwork final : public Network {
 public:
  TypedNetwork(Runtime& runtime, std::size_t inputs, const std::vector<Layer>& layers)
      : backend_(backend_of<T>(runtime)), variables_(arena_size(inputs, layers)) {
    T* next = variables_.data();
    for (const Layer& layer : layers) {
      if (const auto* dense = std::get_if<Dense>(&layer)) {
        next = add(*dense, resolve(runtime.options().semantics, dense->activation), inputs, next);
        inputs = dense->units;
      } else {
        const auto& dropout = std::get<Dropout>(layer);
        description_.layers.push_back(
            DropoutDescription{inputs, dropout.rate, dropout.seed.value_or(0)});
      }
    }
    description_.variables = variables_;
    description_.state = &state_;
  }

  void compile(const Training& training) override {
    metrics_ = training.metrics;
    slots_.assign(
        variables_.size() * static_cast<std::size_t>(slots_per_weight(training.optimizer)),
        static_cast<T>(initial_slot_value(training.optimizer)));
    state_.step = {};
    description_.slots = slots_;
    std::visit(
        [&](const auto& p) {
          waiting_.assign(p.gradient_accumulation_steps.value_or(0) == 0 ? 0 : variables_.size(),
                          T(0));
          averages_.assign(p.use_ema ? variables_.size() : 0, T(0));
        },
        training.optimizer);
    description_.waiting = waiting_;
    description_.averages = averages_;
    description_.loss = training.loss;
    description_.loss_on_layer_logits = training.loss_on_layer_logits;
    description_.optimizer = training.optimizer;
    description_.clipping = training.clipping;
    description_.metrics.clear();
    for (const NamedMetric& named : metrics_) description_.metrics.push_back(named.metric);
  }

  void begin_fit(const Dataset& data, std::size_t batch_size) override {
    fit_ = std::make_unique<TypedData<T>>(data);
    plan_ = backend_->make_plan(description_, fit_->samples(), batch_size);
    batch_size_ = batch_size;
  }

  Logs train_epoch(std::span<const std::int32_t> order, const OnBatch& on_batch) override {
    Means<T> means(metrics_);
    // an observer may read the weights after each batch: then the plan trains one batch at a time
    const bool in_batches = on_batch && !plan_->is_current_between_batches();
    const std::size_t step = in_batches ? batch_size_ : std::max<std::size_t>(order.size(), 1);
    for (std::size_t first = 0; first < order.size(); first += step) {
      plan_->train_epoch(order.subspan(first, std::min(step, order.size() - first)),
                         [&](const BatchResult<T>& batch) {
                           means.update(batch);
                           if (on_batch) on_batch(batch.rows, means.logs());
                         });
    }
    return means.logs();
  }

  void finalize_variables() override {
    if (averages_.empty()) return;
    plan_->sync();
    std::ranges::copy(averages_, variables_.begin());
    plan_->reload();
  }

  void end_fit() override {
    if (plan_ != nullptr) plan_->sync();
    plan_.reset();
    fit_.reset();
  }

  Matrix<double> pre_activations(std::size_t layer) const override {
    return converted<double, T>(plan_->pre_activations(layer));
  }

  std::optional<std::uint64_t> reorders() const override { return backend_->reorders(); }

  Logs evaluate(const Dataset& data, std::size_t batch_size) override {
    const TypedData<T> typed(data);
    Means<T> means(metrics_);
    with_plan(typed.samples(), batch_size, [&](Plan<T>& plan) {
      plan.evaluate(typed.samples(), batch_size,
                    [&](const BatchResult<T>& batch) { means.update(batch); });
    });
    return means.logs();
  }

  Matrix<double> predict(const InputArray& x, std::size_t batch_size) override {
    const ConvertedInputs<T> inputs(x);
    Matrix<T> out(rows_of(x), units_of(description_.layers.back()));
    with_plan({inputs.view(), {}, {}}, batch_size,
              [&](Plan<T>& plan) { plan.predict(inputs.view(), batch_size, out.view()); });
    return converted<double, T>(out.view());
  }

  std::vector<Variable> variables() const override {
    if (plan_ != nullptr) plan_->sync();
    std::vector<Variable> all;
    std::size_t number = 0;  // of the dense layer; not part of the first one's name
    for (const auto& layer : description_.layers) {
      const auto* dense = std::get_if<DenseDescription<T>>(&layer);
      if (dense == nullptr) continue;
      const std::string name = number == 0 ? "dense" : "dense_" + std::to_string(number);
      ++number;
      const MatrixView<const T> kernel = dense->kernel;
      all.push_back({name + "/kernel",
                     {kernel.rows, kernel.cols},
                     converted<double, T>(kernel),
                     std::as_bytes(kernel.flat())});
      if (dense->bias.empty()) continue;
      const MatrixView<const T> bias{dense->bias.data(), 1, dense->bias.size()};
      all.push_back(
          {name + "/bias", {bias.cols}, converted<double, T>(bias), std::as_bytes(bias.flat())});
    }
    return all;
  }

  void set_weights(const std::vector<Matrix<double>>& weights) override {
    if (plan_ != nullptr) plan_->sync();  // the slots remain
    T* next = variables_.data();
    for (const Matrix<double>& values : weights) {
      next = std::ranges::transform(values.view().flat(), next, [](double value) {
               return static_cast<T>(value);
             }).out;
    }
    if (plan_ != nullptr) plan_->reload();
  }

 private:
  // Initialises the layer's variables at `next` and returns the end of them.
  T* add(const Dense& dense, const Activation& activation, std::size_t inputs, T* next) {
    const MatrixView<T> kernel{next, inputs, dense.units};
    initialize(dense.kernel_initializer, {inputs, dense.units}, kernel.flat());
    next += kernel.flat().size();
    const std::span<T> bias(next, dense.use_bias ? dense.units : 0);
    if (dense.use_bias) initialize(dense.bias_initializer, {dense.units}, bias);
    description_.layers.push_back(DenseDescription<T>{
        kernel,
        bias,
        activation,
        {dense.kernel_regularizer, dense.bias_regularizer, dense.activity_regularizer}});
    return next + bias.size();
  }

  // Calls body with the plan of the running fit, or with a plan for this call.
  template <class Use>
  void with_plan(const Samples<T>& samples, std::size_t batch_size, Use&& use) {
    if (plan_ != nullptr) {
      use(*plan_);
    } else {
      use(*backend_->make_plan(description_, samples, batch_size));
    }
  }

  std::unique_ptr<Backend<T>> backend_;
  HugePageVector<T> variables_, slots_, waiting_, averages_;
  TrainingState state_;
  std::vector<NamedMetric> metrics_;
  NetworkDescription<T> description_;
  std::unique_ptr<TypedData<T>> fit_;
  std::size_t batch_size_ = 0;  // of the running fit
  std::unique_ptr<Plan<T>> plan_;
};

}  // namespace

std::unique_ptr<Network> make_network(Runtime& runtime, std::size_t inputs,
                                      const std::vector<Layer>& layers) {
  if (runtime.options().floatx == Dtype::float64) {
    return std::make_unique<TypedNetwork<double>>(runtime, inputs, layers);
  }
  return std::make_unique<TypedNetwork<float>>(runtime, inputs, layers);
}

}  // namespace reprise
