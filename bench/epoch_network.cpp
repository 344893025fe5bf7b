#include "bench/epoch_network.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reprise/core/error.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::bench {

namespace {

NetworkCase network_of(std::string name, std::string_view experiment, Samples samples,
                       std::size_t first, std::size_t last, const Layer& output,
                       std::string_view metric, double target) {
  NetworkCase network{
      name,  book::find_anywhere(experiment)->settings, samples, first, last, output, {}, metric,
      target};
  for (const LayerCase& layer : book_layers()) {
    if (layer.name.starts_with(name + "_")) network.layers.push_back(layer);
  }
  return network;
}

// Targets: the test result that the section prints (.88328, .79697, .9785, 2.9948). All but MNIST's
// are rounded to two digits, since not every seed reaches the third.
std::vector<NetworkCase> book_networks() {
  return {
      network_of("imdb", "imdb", Samples::imdb, 10000, 25000, Dense{1, sigmoid}, "val_accuracy",
                 0.88),
      network_of("reuters", "reuters", Samples::reuters, 1000, 8982, Dense{46, softmax},
                 "val_accuracy", 0.80),
      network_of("mnist", "mnist", Samples::mnist, 0, 60000, Dense{10, softmax}, "accuracy",
                 0.9785),
      network_of("boston", "boston_kfold", Samples::boston, 101, 404, Dense{1}, "val_mae", 3.0)};
}

NetworkCase network_of(const OwnNetwork& own) {
  const std::size_t outputs = own.sizes.back();
  book::Settings settings;
  settings.units.assign(own.sizes.begin() + 1, own.sizes.end() - 1);
  settings.optimizer = own.optimizer;
  settings.batch_size = own.batch;
  if (outputs > 1) settings.loss = CategoricalCrossentropy{};
  const Layer output = outputs > 1 ? Dense{outputs, softmax} : Dense{1, sigmoid};
  return {"network", settings, own.layers().front().samples, 0, own.rows(), output, own.layers()};
}

}  // namespace

std::vector<NetworkCase> networks(const OwnCases& own) {
  if (!own.network) return book_networks();
  return {network_of(*own.network)};
}

Data data_of(const TrainingSet& set, const NetworkCase& network, std::size_t batch_size,
             std::size_t batches) {
  const std::size_t last = batches == 0
                               ? std::min(network.last, set.rows())
                               : std::min(network.first + batches * batch_size, set.rows());
  const std::size_t first = network.first;
  if (set.dense_x.rows() > 0) {
    return {set.dense_x.slice(first, last), set.dense_x.slice(0, first),
            set.targets.slice(first, last), set.targets.slice(0, first)};
  }
  return {set.sparse_x.slice(first, last), set.sparse_x.slice(0, first),
          set.targets.slice(first, last), set.targets.slice(0, first)};
}

RuntimeSettings runtime_settings(const Context& context, const Setting& setting) {
  const std::string isa =
      find_backend(setting.backend).has_isas ? context.options.isa : std::string();
  RuntimeSettings settings{{.floatx = setting.dtype,
                            .backend = setting.backend,
                            .threads = setting.threads,
                            .isa = isa}};
  if (setting.backend != "reference") {
    settings.internal.float_backend = [factory = context.factory, name = setting.backend,
                                       isa](Team& team) {
      return factory->make_float(name, team, isa);
    };
  }
  return settings;
}

Trainer::Trainer(const NetworkCase& network, const RuntimeSettings& runtime,
                 const std::optional<Optimizer>& optimizer)
    : settings(network.settings),
      keras(runtime.options, runtime.internal),
      model(keras, book::hidden_layers(settings)) {
  model.add(network.output);
  model.compile({.optimizer = optimizer.value_or(settings.optimizer),
                 .loss = settings.loss,
                 .metrics = settings.metrics});
}

void Trainer::train(const Data& data, bool validated) {
  FitOptions options{.batch_size = settings.batch_size, .verbose = 0};
  if (validated) options.validation_data = ValidationData{data.x_val, data.y_val};
  history = model.fit(data.x, data.y, options);
}

std::uint32_t Trainer::digest() const {
  std::uint32_t crc = 0;
  for (const Variable& variable : model.variables()) crc = crc32(variable.bytes, crc);
  return crc;
}

namespace {

// The Euclidean distance between two lists of weights.
double distance(const std::vector<Matrix<double>>& a, const std::vector<Matrix<double>>& b) {
  double squares = 0;
  for (std::size_t v = 0; v < a.size(); ++v) {
    const auto x = a[v].view().flat(), y = b[v].view().flat();
    for (std::size_t i = 0; i < x.size(); ++i) squares += (x[i] - y[i]) * (x[i] - y[i]);
  }
  return std::sqrt(squares);
}

// Trains one batch and compares the weights, for a backend that rounds differently from the
// reference. It uses plain gradient descent, whose step is the gradient: the weights may differ by
// the rounding of sums, at most a thousandth of the step. RMSprop would be a weaker check, because
// it makes a full step even from a gradient that consists only of rounding errors.
void verify_weights(const TrainingSet& set, const NetworkCase& network,
                    const RuntimeSettings& runtime, const RuntimeSettings& reference_runtime) {
  constexpr double kAllowed = 1e-3;
  const Optimizer descent = SGD{.learning_rate = 1};
  Trainer ours(network, runtime, descent), reference(network, reference_runtime, descent);
  const std::size_t inputs = set.dense_x.rows() > 0 ? set.dense_x.cols() : set.sparse_x.cols();
  reference.model.build(inputs);
  const auto start = reference.model.get_weights();
  const Data data = data_of(set, network, ours.settings.batch_size, 1);
  ours.train(data);
  reference.train(data);
  const auto wanted = reference.model.get_weights();
  const double error = distance(ours.model.get_weights(), wanted);
  const double step = distance(start, wanted);
  if (error <= kAllowed * step) return;
  throw Error(fmt::format(
      "wrong answer after a batch: the weights differ from the reference's by {:.3g} of "
      "the step, expected at most {}",
      error / step, kAllowed));
}

}  // namespace

void verify(const TrainingSet& set, const NetworkCase& network, const Setting& setting,
            const RuntimeSettings& runtime) {
  const RuntimeSettings reference_runtime{{.floatx = setting.dtype, .backend = "reference"}};
  if (!find_backend(setting.backend).reference_bits)
    verify_weights(set, network, runtime, reference_runtime);
  Trainer ours(network, runtime), reference(network, reference_runtime);
  const Data data = data_of(set, network, ours.settings.batch_size, 2);
  ours.train(data);
  reference.train(data);
  const double found = ours.history.at("loss").back(), wanted = reference.history.at("loss").back();
  const bool right = find_backend(setting.backend).reference_bits
                         ? ours.digest() == reference.digest()
                         : std::abs(found - wanted) <= 1e-3 * std::abs(wanted);
  if (right) return;
  throw Error(
      fmt::format("wrong answer after two batches: loss {}, weights {:08x}, expected {}, "
                  "{:08x}",
                  found, ours.digest(), wanted, reference.digest()));
}

}  // namespace reprise::bench
