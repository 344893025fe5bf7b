// The book's networks and the user's for bench_epoch, and the verification before they are timed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/program.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/nn/sequential.hpp"
#include "repro/catalogue.hpp"

namespace reprise::bench {

// Samples [first, last) of the training set are for training, [0, first) for validation.
struct NetworkCase {
  std::string name;
  book::Settings settings;
  Samples samples;
  std::size_t first, last;
  Layer output;
  std::vector<LayerCase> layers;
  // time_to trains until the metric is at least (mae: at most) the target; "": there is no such
  // benchmark
  std::string_view metric = "";
  double target = 0;
};

// The user's network if there is one, otherwise the book's.
std::vector<NetworkCase> networks(const OwnCases& own);

struct Data {
  InputArray x, x_val;
  TargetArray y, y_val;
};

// Returns the first `batches` batches of the training samples (0: all), and the validation samples.
Data data_of(const TrainingSet& set, const NetworkCase& network, std::size_t batch_size,
             std::size_t batches);

// The options of a runtime with this setting, whose backend comes from the program's factory.
struct RuntimeSettings {
  RuntimeOptions options;
  InternalOptions internal = {};
};
RuntimeSettings runtime_settings(const Context& context, const Setting& setting);

// A network, compiled and ready to train.
struct Trainer {
  // `optimizer` replaces the network's.
  Trainer(const NetworkCase& network, const RuntimeSettings& runtime,
          const std::optional<Optimizer>& optimizer = {});
  // One epoch; `validated`: the validation samples are evaluated after it.
  void train(const Data& data, bool validated = false);
  // CRC-32 of all weights.
  std::uint32_t digest() const;

  book::Settings settings;
  Runtime keras;
  Sequential model;
  History history;
};

// Trains two batches with the backend and with the reference and compares the results. The weights
// must be bit-identical. If the backend rounds differently, its loss after two batches must agree
// to a part in a thousand, and its weights after one batch of plain gradient descent must be within
// a thousandth of the step's length of the reference's. Throws Error if they are not.
void verify(const TrainingSet& set, const NetworkCase& network, const Setting& setting,
            const RuntimeSettings& runtime);

}  // namespace reprise::bench
