// keras.Sequential for dense networks: layers in a row, compile, fit, evaluate, predict.
//
//   Process keras({.seed = 42});
//   Sequential model(keras, {Dense{16, relu}, Dense{16, relu}, Dense{1, sigmoid}});
//   model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
//   const History history = model.fit(x, y, {.epochs = 4, .batch_size = 512});
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reprise/nn/callback.hpp"
#include "reprise/nn/history.hpp"
#include "reprise/nn/layers.hpp"
#include "reprise/nn/network.hpp"
#include "reprise/nn/process.hpp"

namespace reprise {

struct CompileOptions {
  Optimizer optimizer = RMSprop{};
  Loss loss = {};
  std::vector<std::string> metrics = {};  // "accuracy"
};

struct ValidationData {
  InputArray x;
  TargetArray y;
};

struct FitOptions {
  int epochs = 1;
  std::size_t batch_size = 32;
  std::optional<ValidationData> validation_data = {};
  std::vector<Callback*> callbacks = {};
};

struct EvaluateOptions {
  std::size_t batch_size = 32;
};

class Sequential {
 public:
  // Draws a seed for each layer from the process's Python stream, in order, as Keras does when the
  // layers are constructed. `process` must outlive the model. Throws Error for no layers or a layer
  // of no units.
  Sequential(Process& process, std::vector<Layer> layers);

  // Makes the initial weights for rows of `inputs` columns; fit, evaluate and predict do it by
  // themselves. Throws Error if the weights are there for another number of columns.
  void build(std::size_t inputs);

  // Throws Error for an unknown metric.
  void compile(const CompileOptions& options);

  // Shuffles before each epoch with the process's NumPy stream, takes the last, shorter batch too,
  // and validates after each epoch. Returns one value an epoch of "loss", the metrics and, with
  // validation_data, "val_...". Throws Error if x and y differ in rows, y in columns from the
  // last layer's units, or epochs or batch_size is below 1.
  History fit(const InputArray& x, const TargetArray& y, const FitOptions& options);

  Logs evaluate(const InputArray& x, const TargetArray& y, const EvaluateOptions& options = {});

  // One row a sample; float32 outputs widened.
  Matrix<double> predict(const InputArray& x, const EvaluateOptions& options = {});

  // The trainable variables in Keras's order; empty before the weights are made.
  std::vector<Variable> variables() const;
  // The network inside, for looking into a fit; none before the weights are made.
  const Network* network() const { return network_.get(); }
  // A network as this one was before its first fit, compiled alike, in another process.
  std::unique_ptr<Network> make_twin(Process& process) const;
  const std::vector<SeededDense>& layers() const { return layers_; }

 private:
  void check_samples(const InputArray& x, const TargetArray& y) const;

  Process& process_;
  std::vector<SeededDense> layers_;
  std::optional<Training> training_;
  std::unique_ptr<Network> network_;
  std::size_t inputs_ = 0;
  // Keras builds metrics and loss from a first batch, whose permutation it then discards.
  bool symbolic_build_pending_ = true;
};

}  // namespace reprise
