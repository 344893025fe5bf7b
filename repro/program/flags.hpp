// The flags of a section's program, parsed and checked.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reprise/data/cache.hpp"
#include "reprise/nn/runtime.hpp"
#include "repro/catalogue.hpp"

namespace reprise::book {

// Seeds first to last, both included.
struct SeedRange {
  std::int64_t first = 0, last = 0;
};

struct Flags {
  // what changes the result
  std::vector<std::string> experiments;  // "all": every one of the section
  std::int64_t seed = 42;
  std::optional<SeedRange> seeds;  // many runs
  std::optional<int> edition;
  std::optional<int> epochs, batch_size;
  std::optional<Optimizer> optimizer;
  std::optional<Loss> loss;
  std::optional<Activation> activation;
  Dtype dtype = Dtype::float32;
  std::optional<Semantics> semantics;
  CacheOptions data;
  // what changes only the speed
  std::optional<std::string> backend;
  std::string isa;  // the best where empty
  bool no_fuse = false;
  std::optional<int> threads;
  // what is shown and kept
  std::optional<std::filesystem::path> record, plot_dir, check;
  std::optional<int> sample;
  bool list = false, parting = false, quiet = false, resume = false;

  // The experiments that are meant: those named, or the section's flow; in an edition without the
  // ones that it lacks, unless they were named. Throws Error if none is left.
  std::vector<const Experiment*> chosen(const Section& section) const;
  // An experiment's settings, in the edition asked for, with what the flags change.
  Settings settings_of(const Experiment& experiment) const;
  // The process that an experiment runs in: semantics are the edition's unless given, the number of
  // threads is by default what affinity mask and cgroup give, 1 where there are many runs.
  RuntimeOptions runtime_options() const;
  // How many threads there are to compute on.
  int available_threads() const;
};

// What is left to do after parsing: go on, or end (--help and --version have printed themselves).
struct Parsed {
  Flags flags;
  bool finished = false;
};

// Throws Error (exit code 2) with one line that names the flag, what was found and expected.
Parsed parse_flags(const Section& section, int argc, char** argv);

}  // namespace reprise::book
