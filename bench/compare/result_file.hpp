// What Google Benchmark's JSON says of a run's rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reprise::compare {

// A row of one process. Its times are the medians of its repetitions; invoke makes them the
// shortest.
struct BenchmarkResult {
  std::string name;
  double real_ns = 0, cpu_ns = 0;                        // of an iteration
  std::vector<double> repetitions{}, cpu_repetitions{};  // nanoseconds of each
  std::string label{};
  std::string error{};                          // why it has no time, or ""
  std::map<std::string, double> counters{};     // ours and the user's
  std::optional<std::uint32_t> other_digest{};  // of another repetition: its bits vary
  std::optional<std::uint32_t> digest() const;
};

// A row that its program chose not to run (SkipWithMessage), and why.
struct SkippedBenchmark {
  std::string name, why;
};

struct ResultFile {
  std::map<std::string, std::string> context;  // of the fields that are text or numbers
  std::vector<BenchmarkResult> benchmarks;     // in the order of the file, each name once
  std::vector<SkippedBenchmark> skipped;

  const BenchmarkResult* find(const std::string& name) const;
  bool skips(const std::string& name) const;
};

// Throws Error (exit code 2) that begins with `name` for what is cut, no JSON, not Google
// Benchmark's, larger than 64 MB, nested deeper than 16 levels, without rows, or contradicts
// itself: times that are 0, negative or no numbers, several units for a row. Of a program that
// reports aggregates only, a row's time is the median that it reports.
ResultFile parse_result(const std::string& text, const std::string& name);
ResultFile read_result(const std::filesystem::path& file);

}  // namespace reprise::compare
