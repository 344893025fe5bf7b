// keras.Sequential for dense networks: a stack of layers with compile, fit, evaluate and predict.
//
//   Runtime runtime({.seed = 42});
//   Sequential model(runtime, {Dense{16, relu}, Dense{16, relu}, Dense{1, sigmoid}});
//   model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
//   const History history = model.fit(x, y, {.epochs = 4, .batch_size = 512});
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/metric.hpp"
#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/nn/callback.hpp"
#include "reprise/nn/history.hpp"
#include "reprise/nn/layers.hpp"
#include "reprise/nn/runtime.hpp"

namespace reprise {

class Network;
struct Training;

// An entry of model.compile(metrics=[...]): a name, or a metric with its parameters.
using MetricArgument = std::variant<std::string, Metric>;

struct CompileOptions {
  Optimizer optimizer = RMSprop{};
  Loss loss = {};
  std::vector<MetricArgument> metrics = {};  // "accuracy", "mae", TopKCategoricalAccuracy{.k = 3}
};

struct ValidationData {
  InputArray x;
  TargetArray y;
};

// The parameters of model.fit, with Keras's defaults.
struct FitOptions {
  int epochs = 1;
  std::size_t batch_size = 32;
  std::optional<ValidationData> validation_data = {};
  // Fraction of the samples, taken from the end, to set apart for validation. Cannot be combined
  // with validation_data.
  double validation_split = 0.0;
  std::optional<std::size_t> validation_batch_size = {};  // default: batch_size
  bool shuffle = true;  // draw a permutation from the runtime's NumPy stream before each epoch
  // Replaces shuffling: returns the indices of an epoch's samples in order (epochs from 0).
  std::function<std::vector<std::int32_t>(int epoch)> sample_order = {};
  // Factors on each sample's loss, by the class of its target (the class index, or the position of
  // the largest entry of a target row); 1 for classes not listed. Cannot be combined with
  // sample_weight. Metrics are not weighted. Validation samples are weighted only if
  // validation_split sets them apart together with their sample_weight.
  std::map<int, double> class_weight = {};
  std::span<const double> sample_weight = {};  // one factor per sample
  std::vector<Callback*> callbacks = {};
  int verbose = 1;  // 0: show no progress of this fit (record/progress.hpp)
};

struct EvaluateOptions {
  std::size_t batch_size = 32;
};

// A trainable variable. A bias has the shape {units}; its `values` have one row.
struct Variable {
  std::string name;  // "dense/kernel", "dense/bias", "dense_1/kernel", ...
  std::vector<std::size_t> shape;
  Matrix<double> values;             // float32 values are widened
  std::span<const std::byte> bytes;  // the values as they are kept: little-endian, row-major
};

class Sequential {
 public:
  // Adds the layers in order. `runtime` must outlive the model.
  explicit Sequential(Runtime& runtime, std::vector<Layer> layers = {});
  ~Sequential();
  Sequential(Sequential&&) noexcept;

  // Adds a layer. As in Keras, constructing a layer draws a seed from the runtime's Python stream
  // for each random initializer (kernel, then bias) and for a Dropout of nonzero rate, unless a
  // seed is given. Throws Error if a parameter of the layer is out of range, or if the model is
  // already built or compiled.
  void add(Layer layer);

  // Makes the initial weights for samples of `inputs` columns. fit, evaluate and predict call it.
  // Throws Error if there is no Dense layer, or if the weights exist for another number of columns.
  void build(std::size_t inputs);

  // Throws Error if there is no Dense layer, if a metric is unknown, if a custom loss or metric
  // lacks its functions, if the runtime's semantics lack the optimizer, if one of its parameters is
  // out of range, or if called from within a fit.
  void compile(const CompileOptions& options);

  // Trains as keras.Model.fit: shuffles before each epoch with the runtime's NumPy stream, uses the
  // last, shorter batch too, and validates after each epoch. Returns one value per epoch for
  // "loss", each metric and, with validation, "val_...". Throws Error if x and y differ in rows, if
  // y does not fit the loss and the last layer, if an option is out of range, or if called from
  // within a fit of the same model.
  History fit(const InputArray& x, const TargetArray& y, const FitOptions& options);

  // Ends the running fit after its current epoch. For callbacks.
  void stop_training() { stop_training_ = true; }

  Logs evaluate(const InputArray& x, const TargetArray& y, const EvaluateOptions& options = {});

  // Returns the outputs, one row per sample; float32 values are widened.
  Matrix<double> predict(const InputArray& x, const EvaluateOptions& options = {});

  // The trainable variables in Keras's order; empty before the weights are made.
  std::vector<Variable> variables() const;
  // The values of the variables. A bias is a matrix with one row.
  std::vector<Matrix<double>> get_weights() const;
  // Throws Error unless number and shapes are those of get_weights().
  void set_weights(const std::vector<Matrix<double>>& weights);

  // Writes the weights as .npz in the runtime's floatx, one array per variable ("dense/kernel",
  // "dense/bias", ...) in Keras's order. Keras reads them with
  // model.set_weights(list(np.load(file).values())). Throws Error before the weights are made, or
  // if the file cannot be written. Needs the CMake target reprise::data.
  void save_weights(const std::filesystem::path& file) const;
  // Reads weights from .npz: float32 or float64 arrays in the order of the file, whatever their
  // names. Builds the model if needed. Throws Error that names the file if they do not fit. Needs
  // the CMake target reprise::data.
  void load_weights(const std::filesystem::path& file);

  // Whether higher values of a quantity in History are better; empty for a name that fit does not
  // return.
  std::optional<bool> higher_is_better(std::string_view quantity) const;

  // The layers, with all seeds set.
  const std::vector<Layer>& layers() const { return layers_; }
  const Runtime& runtime() const { return runtime_; }
  // The units of the last Dense. Throws Error if there is none.
  std::size_t units() const;

 private:
  friend struct InternalAccess;
  class Fit;  // one call of fit (fit.cpp)

  // Throws Error during a fit, whose plan refers to what compile and fit would replace.
  void refuse_within_fit(std::string_view call) const;
  // Builds and compiles for these samples; throws Error if they do not fit the model.
  void prepare(const InputArray& x, const TargetArray& y);
  void check_samples(const InputArray& x, const TargetArray& y) const;

  Runtime& runtime_;
  std::vector<Layer> layers_;
  std::optional<CompileOptions> compiled_;  // resolved by the runtime's semantics
  bool loss_on_layer_logits_ = false;
  std::unique_ptr<Training> training_;  // set when the first samples tell which metrics are meant
  std::unique_ptr<Network> network_;
  std::size_t inputs_ = 0;
  std::size_t target_columns_ = 0;
  bool fitting_ = false, stop_training_ = false;
  // Keras builds metrics and loss from a first batch and then discards that batch's permutation.
  bool symbolic_build_pending_ = true;
};

}  // namespace reprise
