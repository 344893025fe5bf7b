// The flags of a section's program, parsed and checked.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "catalogue.hpp"
#include "reprise/data/cache.hpp"
#include "reprise/nn/process.hpp"

namespace reprise::book {

struct Flags {
  // what changes the result
  std::vector<std::string> experiments;
  std::int64_t seed = 42;
  std::optional<int> epochs, batch_size;
  std::optional<Optimizer> optimizer;
  std::optional<Loss> loss;
  std::optional<Activation> activation;
  Dtype dtype = Dtype::float32;
  Semantics semantics = all_semantics().front();
  std::optional<std::filesystem::path> data_dir;
  bool offline = false, unverified_data = false, standin = false;
  // what changes only the speed
  std::optional<std::string> backend;
  std::optional<int> threads;
  // what is shown and kept
  std::optional<std::filesystem::path> record, plot_dir, check;
  std::optional<int> sample;
  bool list = false, parting = false, quiet = false;

  // An experiment's settings with what the flags change.
  Settings applied_to(Settings settings) const;
  // The process that an experiment runs in. float64 means the reference backend; the number of
  // threads defaults to what affinity mask and cgroup give.
  ProcessOptions process_options() const;
  // Missing data are fetched unless offline.
  CacheOptions cache_options() const;
};

// What is left to do after parsing: go on, or end (--help and --version have printed themselves).
struct Parsed {
  Flags flags;
  bool finished = false;
};

// Throws Error (exit code 2) with one line that names the flag, what was found and expected.
Parsed parse_flags(const Section& section, int argc, char** argv);

}  // namespace reprise::book
