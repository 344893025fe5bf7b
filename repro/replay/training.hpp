// fit and evaluate as Keras 2.0.8 to 2.2.4 ran them on TensorFlow 1 (keras/engine/training.py,
// optimizers.py): plain loops, float32 but for the accumulators of sums.
#pragma once

#include <cstddef>
#include <optional>

#include "reprise/nn/history.hpp"
#include "reprise/random/numpy_random.hpp"
#include "repro/replay/arithmetic.hpp"
#include "repro/replay/model.hpp"
#include "repro/replay/samples.hpp"

namespace reprise::replay {

struct FitOptions {
  int epochs = 1;
  std::size_t batch = 32;
  bool shuffle = true;
  Selection train;
  std::optional<Selection> validation;
};

// Keras's default batch of evaluate.
inline constexpr std::size_t kEvaluateBatch = 32;

struct Scores {
  double loss = 0, metric = 0;
};

// Trains on; "loss", "metric" and with validation "val_loss", "val_metric", a value an epoch: means
// over batches of any size, weighted by their rows in double, as Keras reports them. Training
// values are those before each update, with dropout; losses include the penalties.
History fit(Network& network, const FitOptions& options, NumpyRandom& numpy,
            const Arithmetic& arithmetic);

// Rows in their order, no dropout.
Scores evaluate(Network& network, const Selection& selection, std::size_t batch,
                const Arithmetic& arithmetic);

// What the shuffles of a fit do to the stream: one array, shuffled again in place before every
// epoch, so that only its length counts.
void skip_shuffles(NumpyRandom& numpy, int shuffles, std::size_t n);

}  // namespace reprise::replay
