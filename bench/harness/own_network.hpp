// Layers and networks that the user describes on the command line instead of the book's.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/cases.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise::bench {

// --network: dense layers of relu units. The last layer has a softmax and categorical
// cross-entropy, or one sigmoid unit and binary cross-entropy.
struct OwnNetwork {
  std::string text;                // "784-512-10"
  std::vector<std::size_t> sizes;  // of the input and of each layer
  std::size_t batch = 128;
  std::optional<double> sparse;  // the share of ones in each sample, which is then binary
  Optimizer optimizer = RMSprop{};

  // Samples of an epoch: 16 batches, or fewer, at least 2, if these take more than 256 MB.
  std::size_t rows() const;
  // "network_1" from the input to the first layer, ...
  std::vector<LayerCase> layers() const;
};

// The flags --shape, --network, --batch, --sparse and --optimizer.
struct OwnFlags {
  std::vector<std::string> shapes;
  std::optional<std::string> network;
  std::optional<std::size_t> batch;
  std::optional<double> sparse;
  std::optional<Optimizer> optimizer;
};

void add_own_flags(CLI::App& app, OwnFlags& flags);
// The flags as arguments of bench_dense; bench_epoch does not take --shape.
std::vector<std::string> arguments_of(const OwnFlags& flags, bool with_shapes);

struct OwnCases {
  std::vector<LayerCase> shapes;  // hidden layers
  std::optional<OwnNetwork> network;

  bool given() const { return !shapes.empty() || network.has_value(); }
  // The layers of both.
  std::vector<LayerCase> layers() const;
};

// Throws Error with exit code 2 for a text of another form and for a flag that needs another one,
// with exit code 3 if the values need more memory than there is.
OwnCases own_cases(const OwnFlags& flags);

}  // namespace reprise::bench
