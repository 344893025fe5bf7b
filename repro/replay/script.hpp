// A process script: what one Keras process did to NumPy's global stream, cell by cell. The format
// is described in docs/replay_format.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "repro/replay/model.hpp"

namespace reprise::replay {

// 2.0.8 to 2.2.4, without 2.0.9, whose imdb.load_data seeded nothing.
struct KerasVersion {
  int minor = 0, patch = 0;  // of 2.minor.patch
  auto operator<=>(const KerasVersion&) const = default;

  std::string text() const;
  // RMSprop's default: 1e-8 up to 2.1.2, then K.epsilon(), 1e-7 (keras/optimizers.py).
  float epsilon() const { return *this <= KerasVersion{1, 2} ? 1e-8f : 1e-7f; }
  // 2.0.8 seeded the test reviews anew, with 2 * 113 (keras/datasets/imdb.py).
  bool reseeds_imdb_test() const { return *this == KerasVersion{0, 8}; }
};

enum class DataSet { imdb, reuters, boston_housing };

// Rows of a data set as a script names them: train, test, train[a:b], fold(i,k), rest(i,k).
struct Rows {
  std::string text;
  bool test = false;
  std::optional<std::int64_t> first, last;  // of a slice, as in Python
  struct Fold {
    std::size_t i, k;
    bool rest;  // all rows but the fold's
  };
  std::optional<Fold> fold;
};

struct LoadDataCell {
  DataSet set = DataSet::imdb;
  int num_words = 10000;
};
struct ModelCell {
  std::string name;
  std::vector<LayerLine> layers;
  Compiled compiled;
  std::vector<bool> races;  // outcomes of the GPU's fill, of all kernels one after another
  std::size_t inputs = 0;   // of the data set that was loaded
};
struct FitCell {
  std::string name;   // what a log calls it: its "experiment"
  std::string model;  // of a ModelCell above
  int epochs = 1;
  std::size_t batch = 32;
  Rows on;
  std::optional<Rows> validation;
  bool shuffle = true;
  bool compare = true;  // with the script's logs, where no log is named
};
struct EvaluateCell {
  std::string fit;  // of a FitCell above, whose model it asks
  Rows on;
  std::size_t batch = 32;
};
// Shuffles a copy of the labels; the figure is how many stay the same.
struct BaselineCell {
  std::string name;
  Rows on;
};
// Cells that left nothing in the notebook but their traces in the stream.
struct HiddenCell {
  int shuffles = 0;
  std::size_t size = 0;
  int randint = 0;  // op seeds of layers
};
struct SeedCell {
  std::uint32_t seed = 0;
};

struct Cell {
  int line = 0;
  std::variant<LoadDataCell, ModelCell, FitCell, EvaluateCell, BaselineCell, HiddenCell, SeedCell>
      does;
};

struct Script {
  std::string id;     // the file's name without .script
  std::string file;   // as error lines name it
  std::string title;  // the first comment
  KerasVersion keras;
  std::uint32_t gpu_threads = 0;  // 0: fills in order
  std::string log;                // which log of results/book it left, "" for none
  std::vector<Cell> cells;

  // "file:line", for error lines.
  std::string at(int line) const;
};

// Throws Error (exit code 2) with file, line, what was found and what was expected.
Script read_script(const std::filesystem::path& file);

// The folder of the scripts that belong to this program: beside an installation or above the build.
// Throws Error (exit code 3) where there is none.
std::filesystem::path own_scripts();

// The scripts in it, by ID.
std::vector<Script> list_scripts();

// `name` is the ID of one of them or the path of another. Throws Error (exit code 2) for neither.
Script find_script(const std::string& name);

}  // namespace reprise::replay
