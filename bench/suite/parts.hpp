// What `reprise bench` measures: parts, each of which compares configurations of one of our own
// benchmark programs.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/comparison.hpp"
#include "bench/harness/own_network.hpp"
#include "bench/harness/roofs.hpp"
#include "bench/suite/suite_backend.hpp"

namespace reprise::suite {

enum class Mode { quick, full, own };
std::string_view name_of(Mode mode);

struct SuiteOptions {
  Mode mode = Mode::quick;
  std::vector<SuiteBackend> backends;           // the default first
  std::map<std::string, ThreadSetting> chosen;  // for several threads, by backend
  bench::OwnFlags own;                          // layers and network of Mode::own
  std::filesystem::path programs;               // directory of bench_dense, ...
  std::vector<std::string> data_flags;          // --data and --data-dir, for every program
  std::map<int, std::string> peaks;             // number of threads -> value of --peaks
  std::optional<int> rounds;                    // of every part, instead of its own number
  std::optional<std::filesystem::path> state;   // directory of the parts' state files
  bool resume = false;
};

// The question that a part answers.
enum class PartKind {
  winners,   // which configuration is fastest in each benchmark
  threads,   // up to which number of threads a benchmark gets faster
  settings,  // how the threads of each backend wait and are bound (first_look.hpp)
  times,     // how long each benchmark takes; there is one configuration only
};
std::string_view name_of(PartKind kind);
// Throws Error (exit code 2) that begins with `origin` if no kind has this name.
PartKind part_kind(const std::string& name, const std::string& origin);
// The kind of a part with this name and number of configurations.
PartKind kind_of(const std::string& name, std::size_t configurations);
// What the part compares, for headings; "" for an unknown name.
std::string about_part(const std::string& name);

// The contenders of the plan differ in backend, number of threads or their waiting. These are in
// Contender::configuration under "backend", "threads", "wait_policy" (OMP_WAIT_POLICY) and
// "waiting" (the name of a ThreadSetting).
struct Part {
  std::string name;   // "layers"
  std::string about;  // what is compared
  PartKind kind;
  compare::ComparisonPlan plan;
  double weight = 1;  // relative part of the time budget
};

// The part whose result chooses how the threads of each backend wait; empty with one CPU.
std::optional<Part> first_look(const SuiteOptions& options);
// The parts of the mode on this machine. Both throw Error (exit code 3) if a program is missing.
std::vector<Part> suite_parts(const SuiteOptions& options);

struct PartResult {
  std::string name, about;
  PartKind kind;
  compare::Comparison comparison;
};

// An entry of the contender's configuration, "" if it has none.
std::string setting_of(const compare::Measurements& measurements, std::size_t contender,
                       const std::string& key);

// Indices of the benchmarks without the control kernel.
std::vector<std::size_t> benchmarks_of(const compare::Measurements& measurements);

struct SuiteResult {
  Mode mode = Mode::quick;
  std::string own;  // the flags of Mode::own: "--network=784-512-10"
  std::vector<SuiteBackend> backends;
  std::string machine;                 // model name of the CPU
  double gflops = 0, gbytes = 0;       // peak rates measured with all CPUs
  std::string triad_place = "memory";  // what `gbytes` is the rate of (harness/peaks.hpp)
  bench::Roofs roofs;                  // with all CPUs; empty in older results
  std::vector<PartResult> parts;
  // parts that could not be finished: "layers: bench_dense ...: crashed ..."
  std::vector<std::string> failures;

  const PartResult* find(const std::string& part) const;
};

}  // namespace reprise::suite
