// What a listing is given: a Keras process, the data sets, and places for what it wants to show.
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "reprise/data/cache.hpp"
#include "reprise/nn/process.hpp"
#include "reprise/record/plot.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise::book {

// Where a run's words and pictures go.
struct Output {
  std::ostream* words = nullptr;                  // none: quiet
  bool terminal = false;                          // `words` is a terminal
  std::optional<std::filesystem::path> plot_dir;  // SVG files
};

class Run {
 public:
  Run(Process& process, const DataCache& cache, Output output, RunRecord& record)
      : keras(process), cache_(cache), output_(std::move(output)), record_(record) {}

  Process& keras;

  // The data set of that file name, noted in the record. Says so where it is not Keras's own file.
  DataSource data(const std::string& name);
  // A file that only helps to show things: never fetched, nothing where it is missing.
  std::optional<std::filesystem::path> optional_data(const std::string& name) const;

  void say(const std::string& line) const;
  bool quiet() const { return output_.words == nullptr; }
  // Draws into the terminal and, with --plot-dir, as SVG; the title says what data they are not.
  void draw(Figure figure) const;
  // The first 16 predictions go into the record.
  void keep_predictions(MatrixView<const double> predictions);

 private:
  const DataCache& cache_;
  Output output_;
  RunRecord& record_;
};

}  // namespace reprise::book
