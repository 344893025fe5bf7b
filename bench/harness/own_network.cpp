#include "bench/harness/own_network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/flag_types.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/memory.hpp"

namespace reprise::bench {

namespace {

constexpr std::int64_t kMostSize = 100'000'000;

// The sizes in "784-512-10"; empty if the text has another form.
std::vector<std::size_t> sizes_in(const std::string& text, char separator) {
  std::vector<std::size_t> sizes;
  for (const std::string& part : cli::split_list(text, separator)) {
    const auto size = cli::parse_whole(part, 1, kMostSize);
    if (!size) return {};
    sizes.push_back(static_cast<std::size_t>(*size));
  }
  return sizes;
}

double parse_fraction(const std::string& text, const std::string& flag) {
  if (const auto share = cli::parse_positive(text, 1)) return *share;
  throw Error(
      fmt::format("{}: found '{}', expected a number above 0, at most 1", flag, printable(text)));
}

LayerCase layer_of_shape(const std::string& text) {
  const auto sizes = sizes_in(text, 'x');
  if (sizes.size() != 3) {
    throw Error(fmt::format(
        "--shape: found '{}', expected BATCHxINPUTSxUNITS with whole numbers from 1 to {}",
        printable(text), kMostSize));
  }
  return {text, "", sizes[0], sizes[1], sizes[2], relu};
}

// A benchmark of a layer in double holds its values three times: the backend's, the reference's and
// the bounds of the difference. Its kernel has a gradient, and its inputs and outputs one each.
double bytes_of(const LayerCase& layer) {
  const double b = static_cast<double>(layer.batch), i = static_cast<double>(layer.inputs),
               u = static_cast<double>(layer.units);
  return 3 * sizeof(double) * 2 * (i * u + b * i + b * u);
}

void require_memory(const std::string& flag, double bytes) {
  const auto available = static_cast<double>(available_memory());
  if (bytes <= available) return;
  throw Error(fmt::format("{}: needs about {} of memory, found {}", flag, bytes_text(bytes),
                          bytes_text(available)),
              ExitCode::missing);
}

}  // namespace

void add_own_flags(CLI::App& app, OwnFlags& flags) {
  app.option_defaults()->group("Your own layers and networks, instead of the book's");
  cli::add_value(app, "--shape", flags.shapes, "BxIxU",
                 "a hidden layer with this batch size, inputs and units, for example 128x512x512; "
                 "may be given several times");
  cli::add_value(app, "--network", flags.network, "SIZES",
                 "a network with these sizes of the input and the layers, for example 784-512-10, "
                 "on made samples");
  cli::add_number(app, "--batch", flags.batch, 1, kMostSize,
                  "batch size of the network (default: 128)");
  cli::add_parsed(app, "--sparse", flags.sparse, parse_fraction, "SHARE",
                  "makes the network's samples binary, with this share of ones, for example 0.013");
  cli::add_choice(app, "--optimizer", flags.optimizer,
                  "optimizer of the network (default: rmsprop)");
}

std::vector<std::string> arguments_of(const OwnFlags& flags, bool with_shapes) {
  std::vector<std::string> all;
  if (with_shapes) {
    for (const std::string& shape : flags.shapes) all.push_back("--shape=" + shape);
  }
  if (flags.network) all.push_back("--network=" + *flags.network);
  if (flags.batch) all.push_back(fmt::format("--batch={}", *flags.batch));
  if (flags.sparse) all.push_back(fmt::format("--sparse={}", *flags.sparse));
  if (flags.optimizer) all.push_back(fmt::format("--optimizer={}", name_of(*flags.optimizer)));
  return all;
}

std::size_t OwnNetwork::rows() const {
  constexpr double kMostBytes = 256e6;
  // each sample has its inputs and its targets
  const double values =
      static_cast<double>(sizes.front()) * sparse.value_or(1) + static_cast<double>(sizes.back());
  const double batch_bytes = 4 * static_cast<double>(batch) * values;
  const double batches = std::clamp(kMostBytes / batch_bytes, 2.0, 16.0);
  return static_cast<std::size_t>(batches) * batch;
}

std::vector<LayerCase> OwnNetwork::layers() const {
  std::vector<LayerCase> all;
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    const bool last = i + 1 == sizes.size();
    const Activation output = sizes[i] == 1 ? Activation(sigmoid) : Activation(softmax);
    const Samples samples = i > 1    ? Samples::random
                            : sparse ? Samples::own_sparse
                                     : Samples::own_dense;
    all.push_back({fmt::format("network_{}", i), "", batch, sizes[i - 1], sizes[i],
                   last ? output : Activation(relu), samples});
  }
  return all;
}

std::vector<LayerCase> OwnCases::layers() const {
  std::vector<LayerCase> all = shapes;
  if (network) {
    const auto more = network->layers();
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

OwnCases own_cases(const OwnFlags& flags) {
  OwnCases cases;
  for (const std::string& text : flags.shapes) {
    const LayerCase layer = layer_of_shape(text);
    require_memory("--shape " + text, bytes_of(layer));
    if (std::ranges::find(cases.shapes, text, &LayerCase::name) == cases.shapes.end())
      cases.shapes.push_back(layer);
  }
  if (!flags.network) {
    const char* const lonely = flags.batch       ? "--batch"
                               : flags.sparse    ? "--sparse"
                               : flags.optimizer ? "--optimizer"
                                                 : nullptr;
    if (lonely != nullptr) throw Error(fmt::format("{} needs --network", lonely));
    return cases;
  }
  OwnNetwork network;
  network.text = *flags.network;
  network.sizes = sizes_in(*flags.network, '-');
  if (network.sizes.size() < 2) {
    throw Error(
        fmt::format("--network: found '{}', expected the sizes of the input and of each "
                    "layer, for example 784-512-10",
                    printable(*flags.network)));
  }
  network.batch = flags.batch.value_or(network.batch);
  network.sparse = flags.sparse;
  network.optimizer = flags.optimizer.value_or(network.optimizer);
  double bytes = 0, weights = 0;
  for (const LayerCase& layer : network.layers()) {
    bytes = std::max(bytes, bytes_of(layer));
    weights += static_cast<double>(layer.inputs) * static_cast<double>(layer.units);
  }
  // an epoch keeps weights, gradients and two slots of two networks, and its samples with targets
  const double samples = static_cast<double>(network.rows()) *
                         (static_cast<double>(network.sizes.front()) * network.sparse.value_or(1) +
                          static_cast<double>(network.sizes.back()));
  require_memory("--network " + network.text,
                 std::max(bytes, sizeof(double) * 8 * weights) + sizeof(float) * samples);
  cases.network = network;
  return cases;
}

}  // namespace reprise::bench
