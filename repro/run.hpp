// One run of a listing: its Keras runtime, its data sets, and the functions that print, draw and
// record its results.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/nn/callback.hpp"
#include "reprise/nn/runtime.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/record/plot.hpp"
#include "reprise/record/run_record.hpp"
#include "repro/dataset_cache.hpp"
#include "repro/settings.hpp"

namespace reprise::book {

struct Output {
  std::ostream* text = nullptr;                   // nullptr: print nothing
  bool terminal = false;                          // `text` is a terminal
  std::optional<std::filesystem::path> plot_dir;  // directory for SVG files
  // Called if a figure cannot be drawn, so that the run goes on and its results are kept.
  std::function<void(const Error&)> on_failed_figure = {};
};

class Run {
 public:
  Run(Runtime& runtime, DatasetCache& datasets, Output output, RunRecord& record)
      : keras(runtime), datasets_(datasets), output_(std::move(output)), record_(record) {}

  Runtime& keras;

  // Calls use with a 0 of the type in which Keras computes, for listings on matrices of this type.
  template <class Use>
  void with_floatx(Use&& use) const {
    if (keras.options().floatx == Dtype::float64) {
      use(double{});
    } else {
      use(float{});
    }
  }

  // Returns what `loader` makes of the data files and notes them in the record. Prints a line if a
  // file is not Keras's own.
  template <class T>
  const T& load(T (*loader)(DatasetFiles&)) {
    const auto [dataset, is_new] = datasets_.load(loader);
    note_data(dataset.record, dataset.note);
    if (is_new) record_.load_steps = dataset.times;
    return dataset.data;
  }
  // Returns a file that is only needed to show something: it is never downloaded, and nothing is
  // returned if it is missing.
  std::optional<std::filesystem::path> optional_data(const std::string& name) const;

  // Calls body(part, i) for each i below `count`; each body trains and evaluates models of its own.
  // With several threads every body has one of them, and `part` is a run with a runtime of its own
  // that prints nothing; otherwise `part` is this run. advance() draws from this run's streams what
  // one body draws: each part begins where the one before it ends, so that no bit depends on the
  // number of threads. Records the parts in their order.
  void in_parts(std::size_t count, const std::function<void()>& advance,
                const std::function<void(Run& part, std::size_t i)>& body);

  // Returns the options of fit that the settings give: epochs, batch size, validation data and
  // early stopping. `listing` is what the listing validates on, which settings.validation_split
  // replaces.
  FitOptions fit_options(const Settings& settings, std::optional<ValidationData> listing = {});

  // Records a training that a listing does by itself, without Keras: `weights` returns those of its
  // network, before and after `train`.
  void record_fit(const std::function<std::vector<Variable>()>& weights,
                  const std::function<History()>& train);

  // Prints a line, marked if the data are not Keras's own.
  void print(const std::string& line) const;
  bool quiet() const { return output_.text == nullptr; }
  const std::string& id() const { return record_.experiment; }

  // Draws the book's figure of "loss" or "accuracy" over the epochs: training as dots, validation
  // as a line.
  void plot(const History& history, const std::string& quantity) const;
  // Draws a figure in the terminal and, with --plot-dir, as SVG. Its title is marked if the data
  // are not Keras's own. A figure that cannot be drawn does not end the run; Output is told of an
  // SVG that cannot be written.
  void draw(Figure figure) const;
  // Records a single result of the listing: "mean_mae", "random_accuracy".
  void keep_result(const std::string& name, double value) { record_.results[name] = value; }
  // Records the first 16 predictions.
  void keep_predictions(MatrixView<const double> predictions);

 private:
  void note_data(const DataRecord& data, const std::string& note);

  DatasetCache& datasets_;
  Output output_;
  RunRecord& record_;
  Stopwatch since_start_;
  std::vector<std::unique_ptr<Callback>> callbacks_;  // of fit_options()
};

}  // namespace reprise::book
