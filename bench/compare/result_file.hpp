// Reads Google Benchmark's JSON.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reprise::compare {

// A benchmark in one process. Its times are the medians of its repetitions; invoke() replaces them
// by the shortest.
struct BenchmarkResult {
  std::string name;
  double real_ns = 0, cpu_ns = 0;                        // of an iteration
  std::vector<double> repetitions{}, cpu_repetitions{};  // nanoseconds of each
  std::string label{};
  std::string error{};                          // why it has no time, or ""
  std::map<std::string, double> counters{};     // Google Benchmark's and the user's
  std::optional<std::uint32_t> other_digest{};  // a repetition had another digest than the last
  std::optional<std::uint32_t> digest() const;  // counter `digest`
};

// A benchmark that its program did not run (SkipWithMessage), and why.
struct SkippedBenchmark {
  std::string name, why;
};

struct ResultFile {
  std::map<std::string, std::string> context;  // the fields that are strings or numbers
  std::vector<BenchmarkResult> benchmarks;     // in the order of the file, each name once
  std::vector<SkippedBenchmark> skipped;

  const BenchmarkResult* find(const std::string& name) const;
  bool skips(const std::string& name) const;
};

// Throws Error (exit code 2) that begins with `name` if the text is cut off, not JSON, not Google
// Benchmark's, larger than 64 MB, nested deeper than 16 levels, without benchmarks, or contradicts
// itself: times that are 0, negative or not numbers, several units for one benchmark. If a program
// reports aggregates only, the median that it reports is a benchmark's time.
ResultFile parse_result(const std::string& text, const std::string& name);
// `name`: what error messages call the file; "" is its path.
ResultFile read_result(const std::filesystem::path& file, const std::string& name = "");

}  // namespace reprise::compare
