// Two result files: times that were not taken in turns.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/compare/verdict.hpp"

namespace reprise::compare {

// By how much two runs of the same program, all of one and then all of the other, were apart on a
// shared machine: 5 to 95 % of ratios lay within 0.87 and 1.30 (docs/comparison.md). No statistics
// of the files can see that; each interval is made wider by it.
inline constexpr double kDefaultDrift = 0.30;

struct UnpairedOptions {
  double level = 0.05;
  double drift = kDefaultDrift;
  JudgeOptions judging;
  std::string filter = {};  // of rows, as --benchmark_filter has it: a regular expression, "-"
                            // before it for all others
};

struct UnpairedComparison {
  std::vector<std::string> benchmarks;  // that both files have
  std::vector<std::string> left_out;    // "row (only in B.json)"
  std::vector<Verdict> verdicts;        // one a row; `detectable` is the drift
  std::vector<std::size_t>
      fewest_repetitions;  // repetitions of the file with fewer of them, by row
  std::vector<std::string> warnings;
  std::vector<std::string> files;  // A, B
  UnpairedOptions options;
};

// Per row the Hodges-Lehmann estimate of the ratio and the exact interval of Mann and Whitney's
// test, widened by the drift at both ends; Holm over rows. A row is different if Holm's p is at
// most the level and the widened interval lies outside the margin. Throws Error (exit code 2) that
// names the file.
UnpairedComparison compare_files(const std::filesystem::path& a, const std::filesystem::path& b,
                                 const UnpairedOptions& options);

}  // namespace reprise::compare
