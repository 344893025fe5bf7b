// fit and evaluate as Keras 2.0.8 to 2.2.4 runs them on TensorFlow 1 (keras/engine/training.py,
// optimizers.py), in plain loops. All values are float32 except the accumulators of sums.
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

// The default batch size of Keras's evaluate.
inline constexpr std::size_t kEvaluateBatch = 32;

struct Scores {
  double loss = 0, metric = 0;
};

// Continues to train `network`. Returns "loss" and "metric", with validation also "val_loss" and
// "val_metric", with one value per epoch: means over the batches, weighted by their numbers of
// samples in double, as Keras reports them. Training values are computed before each update and
// with dropout; losses include the penalties.
History fit(Network& network, const FitOptions& options, NumpyRandom& numpy,
            const Arithmetic& arithmetic);

// Evaluates the rows in their order, without dropout.
Scores evaluate(Network& network, const Selection& selection, std::size_t batch,
                const Arithmetic& arithmetic);

// Advances the stream as the shuffles of a fit do. A fit shuffles one array of n indices in place
// before every epoch, so that the stream depends on n only.
void skip_shuffles(NumpyRandom& numpy, int shuffles, std::size_t n);

}  // namespace reprise::replay
