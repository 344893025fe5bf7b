// Parses and checks the flags of a section's program.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reprise/data/cache.hpp"
#include "reprise/nn/runtime.hpp"
#include "repro/catalogue.hpp"

namespace reprise::book {

// The seeds from first to last, both included.
struct SeedRange {
  std::int64_t first = 0, last = 0;
};

struct Flags {
  // flags that change the result
  std::vector<std::string> experiments;  // "all": every experiment of the section
  std::int64_t seed = 42;
  std::optional<SeedRange> seeds;  // run a sweep over these seeds
  std::optional<int> edition;
  std::optional<int> epochs, batch_size;
  std::optional<Optimizer> optimizer;
  std::optional<Loss> loss;
  std::optional<Activation> activation;
  std::optional<std::vector<std::size_t>> units;
  std::optional<double> learning_rate, dropout, l1, l2, validation_split;
  std::optional<int> patience;
  Dtype dtype = Dtype::float32;
  std::optional<Semantics> semantics;
  CacheOptions data;
  // flags that change only the speed
  std::optional<std::string> backend;
  std::string isa;  // "": the best of this processor
  bool no_fuse = false;
  std::optional<int> threads;
  // flags that select the output
  std::optional<std::filesystem::path> record, plot_dir, check;
  std::optional<int> sample;
  bool list = false, divergence = false, quiet = false, resume = false, verbose = false;

  // Returns the named experiments, by default the section's flow. With --edition, experiments that
  // the edition lacks are left out unless they were named. Throws Error if none is left.
  std::vector<const Experiment*> chosen(const Section& section) const;
  // Returns the experiment's settings in the chosen edition, changed by the flags.
  Settings settings_of(const Experiment& experiment) const;
  // Those of --semantics, or of --edition, or the default.
  Semantics semantics_in_use() const;
  // Returns the options of the Keras runtime. By default the semantics are the edition's, and the
  // number of threads is default_threads() (core/cpus.hpp); in a sweep each run has one thread.
  RuntimeOptions runtime_options() const;
  // The number of threads to compute on: that of --threads, else default_threads().
  int available_threads() const;

 private:
  void require_meaning_for(const Experiment& experiment) const;
};

struct Parsed {
  Flags flags;
  bool finished = false;  // --help or --version was printed, and the program should end
};

// Throws Error (exit code 2) with one line that names the flag, and what was found and expected.
Parsed parse_flags(const Section& section, int argc, char** argv);

}  // namespace reprise::book
