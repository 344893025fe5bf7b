#include "reprise/nn/sequential.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/core/error.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/nn/training.hpp"
#include "reprise/random/streams.hpp"

namespace reprise {

namespace {

// Draws the seeds that a layer draws when it is constructed (keras/src/layers).
void draw_seeds(Layer& layer, Streams& streams) {
  const auto draw = [&] { return streams.draw_default_seed(); };
  if (auto* dense = std::get_if<Dense>(&layer)) {
    seed_initializer(dense->kernel_initializer, draw);
    if (dense->use_bias) seed_initializer(dense->bias_initializer, draw);
  } else if (auto& dropout = std::get<Dropout>(layer); dropout.rate > 0 && !dropout.seed) {
    dropout.seed = draw();
  }
}

const Dense* last_dense(const std::vector<Layer>& layers) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (const auto* dense = std::get_if<Dense>(&*layer)) return dense;
  }
  return nullptr;
}

// Throws Error unless every label is a class index, an integer from 0 to classes - 1.
void check_labels(const TargetArray& y, std::size_t classes) {
  std::visit(
      [&](const auto& view) {
        for (std::size_t i = 0; i < view.rows; ++i) {
          const double label = view(i, 0);
          if (label >= 0 && label < static_cast<double>(classes) && label == std::floor(label)) {
            continue;
          }
          throw Error(fmt::format("y: found {} in row {}, expected a class from 0 to {}", label, i,
                                  classes - 1));
        }
      },
      y);
}

}  // namespace

Sequential::Sequential(Runtime& runtime, std::vector<Layer> layers) : runtime_(runtime) {
  for (Layer& layer : layers) add(std::move(layer));
}

Sequential::~Sequential() = default;
Sequential::Sequential(Sequential&&) noexcept = default;

void Sequential::add(Layer layer) {
  const Semantics& semantics = runtime_.options().semantics;
  check(layer, semantics);
  if (compiled_ || network_ != nullptr) {
    throw Error("Sequential: a layer was added after compile or build, expected before");
  }
  draw_seeds(layer, runtime_.streams());
  if (auto* dropout = std::get_if<Dropout>(&layer);
      dropout != nullptr && semantics.clamps_dropout) {
    dropout->rate = dropout->rate >= 1 ? 0 : std::max(dropout->rate, 0.0);
  }
  layers_.push_back(std::move(layer));
}

std::size_t Sequential::units() const {
  const Dense* last = last_dense(layers_);
  if (last == nullptr) throw Error("Sequential: no Dense layer, expected at least 1");
  return last->units;
}

void Sequential::build(std::size_t inputs) {
  if (network_ == nullptr) {
    units();  // throws without a layer
    if (inputs == 0) throw Error("x has 0 columns, expected at least 1");
    network_ = make_network(runtime_, inputs, layers_);
    inputs_ = inputs;
    if (training_) network_->compile(*training_);
  } else if (inputs != inputs_) {
    throw Error(fmt::format("x has {} columns, the model was built for {}", inputs, inputs_));
  }
}

void Sequential::refuse_within_fit(std::string_view call) const {
  if (fitting_) throw Error(fmt::format("{}: called during a fit of the same model", call));
}

void Sequential::compile(const CompileOptions& options) {
  refuse_within_fit("compile");
  units();  // throws without a layer
  check_names(options.metrics, options.loss);
  const Semantics& semantics = runtime_.options().semantics;
  check(options.optimizer, semantics);
  // only a last layer with its own activation has logits
  const auto* last = std::get_if<Dense>(&layers_.back());
  const LossRule rule = resolve(semantics, options.loss,
                                last != nullptr ? last->activation : ActivationArgument(linear));
  compiled_ = CompileOptions{resolve(semantics, options.optimizer), rule.loss, options.metrics};
  loss_on_layer_logits_ = rule.on_layer_logits;
  training_.reset();
  symbolic_build_pending_ = true;
}

void Sequential::check_samples(const InputArray& x, const TargetArray& y) const {
  if (!compiled_) throw Error("fit or evaluate was called before compile");
  if (rows_of(x) == 0 || rows_of(x) != rows_of(y)) {
    throw Error(fmt::format("x has {} rows and y has {}, expected the same number, at least 1",
                            rows_of(x), rows_of(y)));
  }
  const std::size_t columns = cols_of(y);
  if (training_ && columns != target_columns_) {
    throw Error(
        fmt::format("y has {} columns, expected {} as in earlier calls", columns, target_columns_));
  }
  const bool one_class =
      columns == 1 && std::holds_alternative<CategoricalCrossentropy>(compiled_->loss);
  if (one_class && runtime_.options().semantics.one_class == Semantics::OneClass::refuse) {
    throw Error(fmt::format(
        "y has 1 column, expected one for each class: {} refuses it with categorical_crossentropy",
        runtime_.options().semantics.name));
  }
  if (has_sparse_targets(compiled_->loss)) {
    if (columns != 1)
      throw Error(fmt::format("y has {} columns, expected 1 column of class indices", columns));
    check_labels(y, units());
  } else if (columns != units() && !std::holds_alternative<CustomLoss>(compiled_->loss)) {
    throw Error(fmt::format("y has {} columns, the last layer has {} units", columns, units()));
  }
}

void Sequential::prepare(const InputArray& x, const TargetArray& y) {
  check_samples(x, y);
  build(cols_of(x));
  if (training_) return;
  target_columns_ = cols_of(y);
  if (units() == 1 && std::holds_alternative<CategoricalCrossentropy>(compiled_->loss) &&
      runtime_.options().semantics.one_class == Semantics::OneClass::warn) {
    runtime_.warn(
        "categorical_crossentropy with one output teaches nothing: its loss is always 0; "
        "for two classes expected binary_crossentropy");
  }
  const bool binary_loss = runtime_.options().semantics.accuracy_follows_loss &&
                           std::holds_alternative<BinaryCrossentropy>(compiled_->loss);
  training_ = std::make_unique<Training>(
      Training{compiled_->optimizer, compiled_->loss, loss_on_layer_logits_,
               runtime_.options().semantics.clipping,
               resolve_metrics(compiled_->metrics, units(), target_columns_, binary_loss)});
  for (NamedMetric& named : training_->metrics) {
    named.metric = resolve(runtime_.options().semantics, named.metric);
  }
  network_->compile(*training_);
}

Logs Sequential::evaluate(const InputArray& x, const TargetArray& y,
                          const EvaluateOptions& options) {
  if (options.batch_size < 1) throw Error("batch_size: found 0, expected at least 1");
  prepare(x, y);
  symbolic_build_pending_ = false;
  for (Callback* callback : runtime_.callbacks()) callback->on_test_begin();
  const Logs logs = network_->evaluate({x, y}, options.batch_size);
  for (Callback* callback : runtime_.callbacks()) callback->on_test_end(logs);
  return logs;
}

Matrix<double> Sequential::predict(const InputArray& x, const EvaluateOptions& options) {
  if (options.batch_size < 1) throw Error("batch_size: found 0, expected at least 1");
  build(cols_of(x));
  return network_->predict(x, options.batch_size);
}

std::vector<Variable> Sequential::variables() const {
  return network_ == nullptr ? std::vector<Variable>{} : network_->variables();
}

std::vector<Matrix<double>> Sequential::get_weights() const {
  std::vector<Matrix<double>> weights;
  for (Variable& variable : variables()) weights.push_back(std::move(variable.values));
  return weights;
}

void Sequential::set_weights(const std::vector<Matrix<double>>& weights) {
  if (network_ == nullptr) throw Error("set_weights: the model is not built yet");
  const std::vector<Variable> own = variables();
  if (weights.size() != own.size()) {
    throw Error(
        fmt::format("set_weights: found {} arrays, expected {}", weights.size(), own.size()));
  }
  for (std::size_t v = 0; v < own.size(); ++v) {
    const std::size_t rows = own[v].values.rows(), cols = own[v].values.cols();
    if (weights[v].rows() == rows && weights[v].cols() == cols) continue;
    throw Error(fmt::format("set_weights: found {} x {} for '{}', expected {} x {}",
                            weights[v].rows(), weights[v].cols(), own[v].name, rows, cols));
  }
  network_->set_weights(weights);
}

const Network* InternalAccess::network(const Sequential& model) { return model.network_.get(); }

std::unique_ptr<Network> InternalAccess::make_twin(const Sequential& model, Runtime& runtime) {
  auto twin = make_network(runtime, model.inputs_, model.layers_);
  twin->set_weights(model.get_weights());
  if (model.training_) twin->compile(*model.training_);
  return twin;
}

std::optional<bool> Sequential::higher_is_better(std::string_view quantity) const {
  if (quantity.starts_with("val_")) quantity.remove_prefix(4);
  if (quantity == "loss") return false;
  if (!training_) return {};
  for (const NamedMetric& named : training_->metrics) {
    if (named.name == quantity) return reprise::higher_is_better(named.metric);
  }
  return {};
}

}  // namespace reprise
