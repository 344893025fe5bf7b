// What a listing is given: a Keras process, the data sets, and places for what it wants to show and
// to keep.
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "reprise/core/matrix.hpp"
#include "reprise/nn/runtime.hpp"
#include "reprise/record/plot.hpp"
#include "reprise/record/run_record.hpp"
#include "repro/dataset_cache.hpp"

namespace reprise::book {

// Where a run's words and pictures go.
struct Output {
  std::ostream* text = nullptr;                   // none: quiet
  bool terminal = false;                          // `text` is a terminal
  std::optional<std::filesystem::path> plot_dir;  // SVG files
};

class Run {
 public:
  Run(Runtime& process, DatasetCache& datasets, Output output, RunRecord& record)
      : keras(process), datasets_(datasets), output_(std::move(output)), record_(record) {}

  Runtime& keras;

  // What `loader` makes of the data files, noted in the record. Says so where a file is not Keras's
  // own.
  template <class T>
  const T& load(T (*loader)(DatasetFiles&)) {
    const auto [prepared, now] = datasets_.load(loader);
    note_data(prepared.record, prepared.note);
    if (now) record_.load_steps = prepared.times;
    return prepared.data;
  }
  // A file that only helps to show things: never fetched, nothing where it is missing.
  std::optional<std::filesystem::path> optional_data(const std::string& name) const;

  // A line of words, marked where the data are not Keras's own.
  void print(const std::string& line) const;
  bool quiet() const { return output_.text == nullptr; }
  const std::string& id() const { return record_.experiment; }

  // The book's figure of a quantity ("loss", "accuracy") over the epochs, training as dots,
  // validation as a line.
  void plot(const History& history, const std::string& quantity) const;
  // Draws into the terminal and, with --plot-dir, as SVG; the title says what data they are not.
  void draw(Figure figure) const;
  // A single figure of the run, for its record: "mean_mae", "random_accuracy".
  void keep_result(const std::string& name, double value) { record_.results[name] = value; }
  // The first 16 predictions go into the record.
  void keep_predictions(MatrixView<const double> predictions);

 private:
  void note_data(const DataRecord& data, const std::string& note);

  DatasetCache& datasets_;
  Output output_;
  RunRecord& record_;
};

}  // namespace reprise::book
