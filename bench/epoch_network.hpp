// The book's networks as epochs are timed of them, and what has to be right before they are.
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

// Samples [first, last) of the training set are trained on, [0, first) validate.
struct NetworkCase {
  std::string name;
  std::string_view experiment;  // of the catalogue: settings
  Samples samples;
  std::size_t first, last;
  Layer output;
  // what is to be reached, a figure of the notebooks: a lower value is better for mae
  std::string_view figure;
  double target;
};

const std::vector<NetworkCase>& networks();

struct Data {
  InputArray x, x_val;
  TargetArray y, y_val;
};

// The first `batches` batches of the training samples, 0: all.
Data data_of(const TrainingSet& set, const NetworkCase& network, std::size_t batch_size,
             std::size_t batches);

// How a network of ours is made: the program's options and its factory of backends.
struct RuntimeSettings {
  RuntimeOptions options;
  InternalOptions internal = {};
};
RuntimeSettings runtime_settings(const Context& context, const Setting& setting);

struct Trainer {
  // `optimizer`: in place of the book's.
  Trainer(const NetworkCase& network, const RuntimeSettings& runtime,
          const std::optional<Optimizer>& optimizer = {});
  void train(const Data& data);
  // Of all weights.
  std::uint32_t digest() const;

  book::Settings settings;
  Runtime keras;
  Sequential model;
  History history;
};

// Two batches on the reference: the same bits, or for a backend that rounds otherwise weights after
// one batch and a loss after two that are the same to a part in a thousand. Throws Error.
void verify(const TrainingSet& set, const NetworkCase& network, const Setting& setting,
            const RuntimeSettings& runtime);

}  // namespace reprise::bench
