// keras.Sequential for dense networks: layers in a row, compile, fit, evaluate, predict.
//
//   Runtime keras({.seed = 42});
//   Sequential model(keras, {Dense{16, relu}, Dense{16, relu}, Dense{1, sigmoid}});
//   model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
//   const History history = model.fit(x, y, {.epochs = 4, .batch_size = 512});
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reprise/nn/callback.hpp"
#include "reprise/nn/history.hpp"
#include "reprise/nn/layers.hpp"
#include "reprise/nn/network.hpp"
#include "reprise/nn/runtime.hpp"
#include "reprise/nn/training.hpp"

namespace reprise {

struct CompileOptions {
  Optimizer optimizer = RMSprop{};
  Loss loss = {};
  std::vector<MetricArgument> metrics = {};  // "accuracy", "mae", TopKCategoricalAccuracy{.k = 3}
};

struct ValidationData {
  InputArray x;
  TargetArray y;
};

// The parameters of model.fit with Keras's defaults.
struct FitOptions {
  int epochs = 1;
  std::size_t batch_size = 32;
  std::optional<ValidationData> validation_data = {};
  // Share of the samples, the last ones, set apart for validation; not beside validation_data.
  double validation_split = 0.0;
  std::optional<std::size_t> validation_batch_size = {};  // default: batch_size
  bool shuffle = true;  // a permutation of the process's NumPy stream before each epoch
  // Instead: the order of an epoch (from 0) as indexes of samples. Nothing is drawn then.
  std::function<std::vector<std::int32_t>(int epoch)> sample_order = {};
  // Factors of each sample's loss by the class of its target (its number, or the largest entry of a
  // row); 1 for others. Only one of the two. Metrics are not weighted, and of the validation only a
  // share split off with sample_weight is.
  std::map<int, double> class_weight = {};
  std::span<const double> sample_weight = {};  // one a sample
  std::vector<Callback*> callbacks = {};
  int verbose = 1;  // 0: nothing of this fit is shown (record/progress.hpp)
};

struct EvaluateOptions {
  std::size_t batch_size = 32;
};

class Sequential {
 public:
  // The layers are added in order. `process` must outlive the model.
  explicit Sequential(Runtime& process, std::vector<Layer> layers = {});

  // Draws a seed for each random initializer (kernel, then bias) and for a Dropout of a rate above
  // 0 that has none from the process's Python stream, as Keras does when a layer is constructed.
  // Throws Error for what checks.hpp refuses, and for a model that is built or compiled.
  void add(Layer layer);

  // Makes the initial weights for rows of `inputs` columns; fit, evaluate and predict do it by
  // themselves. Throws Error if there is no Dense layer, or the weights are there for another
  // number of columns.
  void build(std::size_t inputs);

  // Throws Error if there is no Dense layer, for an unknown metric, a custom loss or metric without
  // its functions, an optimizer that the process's semantics does not know or checks.hpp refuses;
  // also within a fit.
  void compile(const CompileOptions& options);

  // Shuffles before each epoch with the process's NumPy stream, takes the last, shorter batch too,
  // and validates after each epoch. Returns one value an epoch of "loss", the metrics and, with
  // validation, "val_...". Throws Error if x and y differ in rows, y does not fit loss and last
  // layer, or an option is out of range; also within a fit of the same model.
  History fit(const InputArray& x, const TargetArray& y, const FitOptions& options);

  // Ends the fit that is going on after its current epoch; for callbacks.
  void stop_training() { stop_training_ = true; }

  Logs evaluate(const InputArray& x, const TargetArray& y, const EvaluateOptions& options = {});

  // One row a sample; float32 outputs widened.
  Matrix<double> predict(const InputArray& x, const EvaluateOptions& options = {});

  // The trainable variables in Keras's order; empty before the weights are made.
  std::vector<Variable> variables() const;
  // Their values; a bias is a matrix of one row.
  std::vector<Matrix<double>> get_weights() const;
  // Throws Error unless number and shapes are those of get_weights().
  void set_weights(const std::vector<Matrix<double>>& weights);

  // Weights as .npz, one array a variable ("dense/kernel", "dense/bias", ...) in Keras's order and
  // the process's floatx, so that Keras takes them by
  // model.set_weights(list(np.load(file).values())). Throws Error before the weights are made, or
  // if the file cannot be written.
  void save_weights(const std::filesystem::path& file) const;
  // The same back: arrays in the order of the file, whatever their names, of float32 or float64.
  // Makes the model's weights if need be. Throws Error that names the file if they do not fit.
  void load_weights(const std::filesystem::path& file);

  // Whether a quantity of History is better when higher; nothing for a name that fit does not give.
  std::optional<bool> higher_is_better(std::string_view quantity) const;

  // The network inside, for looking into a fit; none before the weights are made.
  const Network* network() const { return network_.get(); }
  // A network with this one's weights, compiled alike, in another process.
  std::unique_ptr<Network> make_twin(Runtime& process) const;
  // With all seeds set.
  const std::vector<Layer>& layers() const { return layers_; }
  const Runtime& process() const { return process_; }
  std::size_t units() const;  // of the last Dense; throws Error where there is none

 private:
  class Fit;  // one call of fit (fit.cpp)

  // Throws Error while fit goes on: its plan holds on to what compile and fit replace.
  void refuse_within_fit(std::string_view call) const;
  // Builds and compiles for these samples; throws Error if they do not fit the model.
  void prepare(const InputArray& x, const TargetArray& y);
  void check_samples(const InputArray& x, const TargetArray& y) const;

  Runtime& process_;
  std::vector<Layer> layers_;
  std::optional<CompileOptions> compiled_;  // under the process's semantics
  bool loss_on_layer_logits_ = false;
  std::optional<Training> training_;  // once the first samples tell which metrics are meant
  std::unique_ptr<Network> network_;
  std::size_t inputs_ = 0;
  std::size_t target_columns_ = 0;
  bool fitting_ = false, stop_training_ = false;
  // Keras builds metrics and loss from a first batch, whose permutation it then discards.
  bool symbolic_build_pending_ = true;
};

}  // namespace reprise
