// A session script ("script" for short) lists, cell by cell, what one Python session with Keras did
// to NumPy's global random stream. docs/replay_format.md describes the format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "repro/replay/model.hpp"

namespace reprise::replay {

// A release from 2.0.8 to 2.2.4. imdb.load_data of 2.0.9 did not seed, so it cannot be replayed.
struct KerasVersion {
  int minor = 0, patch = 0;  // 2.minor.patch
  auto operator<=>(const KerasVersion&) const = default;

  std::string text() const;
  // The default of RMSprop: 1e-8 up to 2.1.2, then K.epsilon(), 1e-7 (keras/optimizers.py).
  float epsilon() const { return *this <= KerasVersion{1, 2} ? 1e-8f : 1e-7f; }
  // 2.0.8 seeded the stream again, with 2 * 113, before the test reviews (keras/datasets/imdb.py).
  bool reseeds_imdb_test() const { return *this == KerasVersion{0, 8}; }
};

enum class DataSet { imdb, reuters, boston_housing };

// The rows of a data set that a cell uses: train, test, train[a:b], fold(i,k) or rest(i,k).
struct Rows {
  std::string text;
  bool test = false;
  std::optional<std::int64_t> first, last;  // bounds of a slice, as in Python
  struct Fold {
    std::size_t i, k;
    bool rest;  // all rows except the fold's
  };
  std::optional<Fold> fold;
};

struct LoadDataCell {
  DataSet set = DataSet::imdb;
  int num_words = 10000;
};
struct ModelCell {
  std::string name;
  std::vector<LayerSpec> layers;
  CompileSpec compiled;
  std::vector<bool> races;  // outcomes of the races of the GPU's fill, kernel after kernel
  std::size_t inputs = 0;   // columns of the loaded data set
};
struct FitCell {
  std::string name;   // the "experiment" of its log
  std::string model;  // the name of a ModelCell above
  int epochs = 1;
  std::size_t batch = 32;
  Rows on;
  std::optional<Rows> validation;
  bool shuffle = true;
  bool compare = true;  // with the script's own log, unless --against or --cell is given
};
struct EvaluateCell {
  std::string fit;  // the name of a FitCell above, whose model is evaluated
  Rows on;
  std::size_t batch = 32;
};
// Shuffles a copy of the labels and counts the labels that stay equal.
struct BaselineCell {
  std::string name;
  Rows on;
};
// Cells that left no output in the notebook but advanced the stream.
struct HiddenCell {
  int shuffles = 0;
  std::size_t size = 0;
  int randint = 0;  // number of op seeds drawn for layers
};
struct SeedCell {
  std::uint32_t seed = 0;
};
// A cell of NumPy's own that draws from the stream, such as np.random.rand(7, 5).
struct RandomCell {
  enum class Kind { rand, randint, permutation } kind = Kind::rand;
  std::size_t count = 0;    // values that are drawn, or rows that are shuffled
  std::uint32_t range = 0;  // of randint: high - 1 - low
};

struct Cell {
  int line = 0;
  std::variant<LoadDataCell, ModelCell, FitCell, EvaluateCell, BaselineCell, HiddenCell, SeedCell,
               RandomCell>
      action;
};

struct Script {
  std::string id;     // name of the file without .script
  std::string file;   // as shown in error messages
  std::string title;  // the first comment
  KerasVersion keras;
  std::uint32_t gpu_threads = 0;  // 0: kernels are filled in order
  std::string log;                // name of its log in results/book, "" for none
  std::vector<Cell> cells;

  // Returns "file:line" for error messages.
  std::string at(int line) const;
};

}  // namespace reprise::replay
