// Compares two result files, whose times were not taken in interleaved rounds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/compare/verdict.hpp"

namespace reprise::compare {

// How far two runs of the same program, one after the other, differed on a shared machine: 5 to
// 95 % of the ratios lay between 0.87 and 1.30 (docs/comparison.md). The files do not show this
// drift, so each interval is widened by it.
inline constexpr double kDefaultDrift = 0.30;

struct UnpairedOptions {
  double level = 0.05;
  double drift = kDefaultDrift;
  JudgeOptions judging;
  // Which benchmarks, as --benchmark_filter takes it: a regular expression; "-" before it selects
  // those that do not match.
  std::string filter = {};
};

struct UnpairedComparison {
  std::vector<std::string> benchmarks;  // that both files have
  std::vector<std::string> left_out;    // "name (only in B.json)"
  std::vector<Verdict> verdicts;        // one per benchmark; minimum detectable effect is the drift
  std::vector<std::size_t> fewest_repetitions;  // per benchmark, of the file with fewer of them
  // Per benchmark: a file has no repetitions but only their median, so that the medians of both
  // files are compared, which decides nothing.
  std::vector<bool> by_median;
  std::vector<std::string> warnings;
  std::vector<std::string> files;  // A, B
  UnpairedOptions options;
};

// For each benchmark the Hodges-Lehmann estimate of the ratio and the exact interval of the
// Mann-Whitney test, widened by the drift at both ends, with Holm over the benchmarks. A benchmark
// is different if its adjusted p is at most the level and the widened interval lies outside the
// margin. Throws Error (exit code 2) that names the file.
UnpairedComparison compare_files(const std::filesystem::path& a, const std::filesystem::path& b,
                                 const UnpairedOptions& options);

}  // namespace reprise::compare
