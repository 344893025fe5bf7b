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

namespace reprise::suite {

struct SuiteOptions {
  bool full = false;
  std::filesystem::path programs;              // directory of bench_dense, ...
  std::vector<std::string> data_flags;         // --data and --data-dir, for every program
  std::map<int, std::string> peaks;            // number of threads -> value of --peaks
  std::optional<int> rounds;                   // of every part, instead of its own number
  std::optional<std::filesystem::path> state;  // directory of the parts' state files
  bool resume = false;
};

// The question that a part answers.
enum class PartKind {
  winners,  // which configuration is fastest in each benchmark
  threads,  // up to which number of threads a benchmark gets faster
  times,    // how long each benchmark takes; there is one configuration only
};
std::string_view name_of(PartKind kind);
// Throws Error (exit code 2) that begins with `origin` if no kind has this name.
PartKind part_kind(const std::string& name, const std::string& origin);
// The kind of a part with this name and number of configurations.
PartKind kind_of(const std::string& name, std::size_t configurations);
// What the part compares, for headings; "" for an unknown name.
std::string about_part(const std::string& name);

// The contenders of the plan differ in backend, number of threads or wait policy. These are in
// Contender::configuration under "backend", "threads" and "wait_policy" (OMP_WAIT_POLICY).
struct Part {
  std::string name;   // "layers"
  std::string about;  // what is compared
  PartKind kind;
  compare::ComparisonPlan plan;
  double weight = 1;  // relative part of the time budget
};

// The parts of --quick or --full on this machine. Throws Error (exit code 3) if a program is
// missing.
std::vector<Part> suite_parts(const SuiteOptions& options);

struct PartResult {
  std::string name, about;
  PartKind kind;
  compare::Comparison comparison;
};

struct SuiteResult {
  bool full = false;
  std::string machine;                 // model name of the CPU
  double gflops = 0, gbytes = 0;       // peak rates measured with all CPUs
  std::string triad_place = "memory";  // what `gbytes` is the rate of (harness/peaks.hpp)
  std::vector<PartResult> parts;
  // parts that could not be finished: "layers: bench_dense ...: crashed ..."
  std::vector<std::string> failures;

  const PartResult* find(const std::string& part) const;
};

}  // namespace reprise::suite
