#include "reprise/nn/network.hpp"

#include <algorithm>

#include "reprise/core/denormals.hpp"
#include "reprise/core/named.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/nn/initializers.hpp"

namespace reprise {

namespace {

// Keras's metrics.Mean: sums and counts in the type of the weights (reduction_metrics.py).
template <class T>
struct Mean {
  T total = 0;
  T count = 0;
  void update(T sum, std::size_t n) {
    total += sum;
    count += static_cast<T>(n);
  }
  double result() const { return count == T(0) ? 0.0 : static_cast<double>(total / count); }
};

// Loss and metrics of an epoch or an evaluation while it runs.
template <class T>
class Means {
 public:
  explicit Means(const std::vector<Metric>& metrics)
      : metrics_(metrics), metric_means_(metrics.size()) {}

  void update(const BatchResult<T>& batch) {
    const std::size_t n = batch.rows.size();
    loss_.update(batch.loss * static_cast<T>(n), n);
    for (std::size_t m = 0; m < metric_means_.size(); ++m) {
      metric_means_[m].update(batch.metric_sums[m], n);
    }
  }
  Logs logs() const {
    Logs logs{{"loss", loss_.result()}};
    for (std::size_t m = 0; m < metric_means_.size(); ++m) {
      logs[std::string(name_of(metrics_[m]))] = metric_means_[m].result();
    }
    return logs;
  }

 private:
  const std::vector<Metric>& metrics_;
  Mean<T> loss_;
  std::vector<Mean<T>> metric_means_;
};

// The user's array as T: itself where it is T already, else a converted copy, made once.
template <class T>
class Converted {
 public:
  explicit Converted(const TargetArray& array) {
    std::visit([this](const auto& view) { view_ = convert(view); }, array);
  }
  MatrixView<const T> view() const { return view_; }

 private:
  MatrixView<const T> convert(MatrixView<const T> same) { return same; }
  template <class U>
  MatrixView<const T> convert(MatrixView<const U> other) {
    copy_ = Matrix<T>(other.rows, other.cols);
    std::ranges::transform(other.flat(), copy_.view().flat().begin(),
                           [](U value) { return static_cast<T>(value); });
    return copy_.view();
  }

  Matrix<T> copy_;
  MatrixView<const T> view_;
};

template <class T>
class ConvertedInputs {
 public:
  explicit ConvertedInputs(const InputArray& array) {
    std::visit([this](const auto& view) { take(view); }, array);
  }
  Inputs<T> view() const { return view_; }

 private:
  void take(CsrView view) { view_ = view; }
  template <class U>
  void take(MatrixView<const U> view) {
    dense_ = std::make_unique<Converted<T>>(TargetArray(view));
    view_ = dense_->view();
  }

  std::unique_ptr<Converted<T>> dense_;
  Inputs<T> view_;
};

template <class T>
class TypedNetwork final : public Network {
 public:
  TypedNetwork(Process& process, std::size_t inputs, const std::vector<SeededDense>& layers)
      : float32_means_(std::is_same_v<T, double> &&
                       process.options().semantics.float32_means_in_float64),
        backend_(make_backend<T>(process.options().backend, process.team(),
                                 process.options().summation)) {
    std::size_t size = 0, columns = inputs;
    for (const auto& layer : layers) {
      size += (columns + 1) * layer.units;
      columns = layer.units;
    }
    variables_.resize(size);
    columns = inputs;
    T* next = variables_.data();
    for (const auto& layer : layers) {
      const MatrixView<T> kernel{next, columns, layer.units};
      glorot_uniform(layer.seed, kernel);
      next += kernel.rows * kernel.cols;
      description_.layers.push_back({kernel, std::span(next, layer.units), layer.activation});
      next += layer.units;
      columns = layer.units;
    }
    description_.variables = variables_;
    description_.float32_means = float32_means_;
  }

  void compile(const Training& training) override {
    slots_.assign(variables_.size() * slots_per_weight(training.optimizer), T(0));
    description_.slots = slots_;
    description_.loss = training.loss;
    description_.metrics = training.metrics;
    description_.optimizer = training.optimizer;
  }

  void begin_fit(const InputArray& x, const TargetArray& y, std::size_t batch_size) override {
    fit_x_ = std::make_unique<ConvertedInputs<T>>(x);
    fit_y_ = std::make_unique<Converted<T>>(y);
    plan_ = backend_->make_plan(description_, {fit_x_->view(), fit_y_->view()}, batch_size);
  }

  Logs train_epoch(std::span<const std::int32_t> order, const OnBatch& on_batch) override {
    Means<T> means(description_.metrics);
    plan_->train_epoch(order, [&](const BatchResult<T>& batch) {
      means.update(batch);
      if (on_batch) on_batch(batch.rows, means.logs());
    });
    plan_->settle();
    return means.logs();
  }

  void end_fit() override {
    plan_.reset();
    fit_x_.reset();
    fit_y_.reset();
  }

  Matrix<double> pre_activations(std::size_t layer) const override {
    return widened(plan_->pre_activations(layer));
  }

  Logs evaluate(const InputArray& x, const TargetArray& y, std::size_t batch_size) override {
    const ConvertedInputs<T> inputs(x);
    const Converted<T> targets(y);
    const Samples<T> samples{inputs.view(), targets.view()};
    Means<T> means(description_.metrics);
    with_plan(samples, batch_size, [&](Plan<T>& plan) {
      plan.evaluate(samples, batch_size, [&](const BatchResult<T>& batch) { means.update(batch); });
    });
    return means.logs();
  }

  Matrix<double> predict(const InputArray& x, std::size_t batch_size) override {
    const ConvertedInputs<T> inputs(x);
    Matrix<T> out(rows_of(inputs.view()), description_.layers.back().kernel.cols);
    with_plan({inputs.view(), {}}, batch_size,
              [&](Plan<T>& plan) { plan.predict(inputs.view(), batch_size, out.view()); });
    return widened(out);
  }

  std::vector<Variable> variables() const override {
    std::vector<Variable> all;
    for (std::size_t l = 0; l < description_.layers.size(); ++l) {
      const auto& layer = description_.layers[l];
      const std::string name = l == 0 ? "dense" : "dense_" + std::to_string(l);
      all.push_back({name + "/kernel",
                     {layer.kernel.rows, layer.kernel.cols},
                     widened(layer.kernel),
                     std::as_bytes(layer.kernel.flat())});
      const MatrixView<const T> bias{layer.bias.data(), 1, layer.bias.size()};
      all.push_back({name + "/bias", {bias.cols}, widened(bias), std::as_bytes(layer.bias)});
    }
    return all;
  }

 private:
  static Matrix<double> widened(MatrixView<const T> view) {
    Matrix<double> out(view.rows, view.cols);
    std::ranges::copy(view.flat(), out.view().flat().begin());
    return out;
  }

  // The plan of the fit that is going on, or one for this call.
  template <class Use>
  void with_plan(const Samples<T>& samples, std::size_t batch_size, Use&& use) {
    if (plan_ != nullptr) {
      use(*plan_);
    } else {
      use(*backend_->make_plan(description_, samples, batch_size));
    }
  }

  bool float32_means_;
  std::unique_ptr<Backend<T>> backend_;
  std::vector<T> variables_, slots_;
  NetworkDescription<T> description_;
  std::unique_ptr<ConvertedInputs<T>> fit_x_;
  std::unique_ptr<Converted<T>> fit_y_;
  std::unique_ptr<Plan<T>> plan_;
};

}  // namespace

std::unique_ptr<Network> make_network(Process& process, std::size_t inputs,
                                      const std::vector<SeededDense>& layers) {
  if (process.options().floatx == Dtype::float64) {
    return std::make_unique<TypedNetwork<double>>(process, inputs, layers);
  }
  return std::make_unique<TypedNetwork<float>>(process, inputs, layers);
}

}  // namespace reprise
