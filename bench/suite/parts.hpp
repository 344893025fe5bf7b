// What `reprise bench` measures: parts, each a comparison of configurations of our own programs.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/compare/comparison.hpp"

namespace reprise::compare {

struct SuiteOptions {
  bool full = false;
  std::filesystem::path programs;              // the folder of bench_dense, ...
  std::vector<std::string> data_flags;         // --data, --data-dir, for every program
  std::map<int, std::string> peaks;            // --peaks of each program, by threads
  std::optional<int> rounds;                   // of every part, in place of its own
  std::optional<std::filesystem::path> state;  // folder of the parts' states
  bool resume = false;
};

// A part: `contenders` differ in backend, threads or how waiting threads wait.
struct Part {
  std::string name;   // "layers"
  std::string about;  // a sentence
  ComparisonPlan plan;
  double weight = 1;  // of the time budget
};

// The parts of --quick or --full on this machine. Throws Error (exit code 3) if a program is
// missing.
std::vector<Part> suite_parts(const SuiteOptions& options);

struct PartResult {
  std::string name, about;
  Comparison comparison;
};
struct SuiteResult {
  bool full = false;
  std::string machine;            // the processor
  double gflops = 0, gbytes = 0;  // measured peaks on all processors
  std::vector<PartResult> parts;

  std::vector<std::string> failures;  // "layers: bench_dense ...: crashed ...": parts that a
                                      // program ended
  const PartResult* find(const std::string& part) const;
};

}  // namespace reprise::compare
