#include "reprise/nn/sequential.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"

namespace reprise {

namespace {

template <class Array>
std::size_t rows(const Array& array) {
  return std::visit([](const auto& view) { return view.rows; }, array);
}
template <class Array>
std::size_t columns(const Array& array) {
  return std::visit([](const auto& view) { return view.cols; }, array);
}

// keras/src/trainers/compile_utils.py: which accuracy the word means follows from the last layer.
Metric metric_for(const std::string& name, std::size_t units) {
  if ((name == "accuracy" || name == "acc") && units == 1) return BinaryAccuracy{};
  throw Error(fmt::format("metric '{}' for {} output columns: expected 'accuracy' for 1 column",
                          name, units));
}

}  // namespace

Sequential::Sequential(Process& process, std::vector<Layer> layers) : process_(process) {
  for (const Layer& layer : layers) {
    const Dense& dense = std::get<Dense>(layer);
    if (dense.units == 0) throw Error("Dense: 0 units, expected at least 1");
    layers_.push_back({dense.units, dense.activation, process.streams().draw_default_seed()});
  }
  if (layers_.empty()) throw Error("Sequential: no layers, expected at least 1");
}

void Sequential::build(std::size_t inputs) {
  if (network_ == nullptr) {
    network_ = make_network(process_, inputs, layers_);
    inputs_ = inputs;
    if (training_) network_->compile(*training_);
  } else if (inputs != inputs_) {
    throw Error(fmt::format("x has {} columns, the model was built for {}", inputs, inputs_));
  }
}

void Sequential::compile(const CompileOptions& options) {
  training_ = Training{options.optimizer, options.loss, {}};
  for (const std::string& name : options.metrics) {
    training_->metrics.push_back(metric_for(name, layers_.back().units));
  }
  if (network_ != nullptr) network_->compile(*training_);
  symbolic_build_pending_ = true;
}

void Sequential::check_samples(const InputArray& x, const TargetArray& y) const {
  if (!training_) throw Error("fit or evaluate before compile");
  if (rows(x) == 0 || rows(x) != rows(y)) {
    throw Error(
        fmt::format("x has {} rows and y {}, expected as many, at least 1", rows(x), rows(y)));
  }
  if (columns(y) != layers_.back().units) {
    throw Error(
        fmt::format("y has {} columns, the last layer {} units", columns(y), layers_.back().units));
  }
}

History Sequential::fit(const InputArray& x, const TargetArray& y, const FitOptions& options) {
  check_samples(x, y);
  if (options.epochs < 1) {
    throw Error(fmt::format("epochs: found {}, expected at least 1", options.epochs));
  }
  if (options.batch_size < 1) throw Error("batch_size: found 0, expected at least 1");
  const auto& validation = options.validation_data;
  if (validation) check_samples(validation->x, validation->y);
  build(columns(x));

  std::vector<Callback*> callbacks = process_.callbacks();
  callbacks.insert(callbacks.end(), options.callbacks.begin(), options.callbacks.end());
  const std::size_t samples = rows(x);
  const auto next_permutation = [&] {
    auto order = process_.streams().numpy.permutation(samples);
    for (Callback* callback : callbacks) callback->on_permutation(order);
    return order;
  };
  const std::size_t steps = (samples + options.batch_size - 1) / options.batch_size;
  for (Callback* callback : callbacks) {
    callback->on_train_begin({*this, x, y, options.epochs, steps, options.batch_size});
  }
  if (symbolic_build_pending_) next_permutation();
  symbolic_build_pending_ = false;

  History history;
  network_->begin_fit(x, y, options.batch_size);
  // also when a callback throws: the network must not keep views of the caller's arrays
  const auto end_fit = [](Network* network) { network->end_fit(); };
  std::unique_ptr<Network, decltype(end_fit)> fitting(network_.get(), end_fit);
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    for (Callback* callback : callbacks) callback->on_epoch_begin(epoch);
    std::size_t step = 0;
    Network::OnBatch on_batch;
    if (!callbacks.empty()) {
      on_batch = [&](std::span<const std::int32_t> batch, const Logs& logs) {
        for (Callback* callback : callbacks) callback->on_train_batch_end({step, batch, logs});
        ++step;
      };
    }
    Logs logs = network_->train_epoch(next_permutation(), on_batch);
    if (validation) {
      for (const auto& [name, value] :
           network_->evaluate(validation->x, validation->y, options.batch_size)) {
        logs["val_" + name] = value;
      }
    }
    for (const auto& [name, value] : logs) history[name].push_back(value);
    for (Callback* callback : callbacks) callback->on_epoch_end(epoch, logs);
  }
  fitting.reset();
  for (Callback* callback : callbacks) callback->on_train_end(*this, history);
  return history;
}

Logs Sequential::evaluate(const InputArray& x, const TargetArray& y,
                          const EvaluateOptions& options) {
  check_samples(x, y);
  build(columns(x));
  symbolic_build_pending_ = false;
  for (Callback* callback : process_.callbacks()) callback->on_test_begin();
  const Logs logs = network_->evaluate(x, y, options.batch_size);
  for (Callback* callback : process_.callbacks()) callback->on_test_end(logs);
  return logs;
}

Matrix<double> Sequential::predict(const InputArray& x, const EvaluateOptions& options) {
  build(columns(x));
  return network_->predict(x, options.batch_size);
}

std::unique_ptr<Network> Sequential::make_twin(Process& process) const {
  auto twin = make_network(process, inputs_, layers_);
  if (training_) twin->compile(*training_);
  return twin;
}

std::vector<Variable> Sequential::variables() const {
  return network_ == nullptr ? std::vector<Variable>{} : network_->variables();
}

}  // namespace reprise
