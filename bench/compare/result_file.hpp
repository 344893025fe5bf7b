// Reads Google Benchmark's JSON.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace reprise::compare {

enum class Clock { real_time, cpu_time };

// A benchmark in one process.
struct BenchmarkResult {
  // What tells it from all others of its file: `family_name`, with a number if it is not the first
  // benchmark of that name.
  std::string name;
  std::string family_name{};
  std::string own_name{};          // as the program calls it, which --benchmark_filter matches
  double real_ns = 0, cpu_ns = 0;  // of an iteration: the medians of the repetitions
  std::vector<double> repetitions{}, cpu_repetitions{};  // nanoseconds of each
  bool aggregates_only = false;  // the program wrote no repetitions: the only one is their median
  std::string label{};
  std::string error{};                       // why it has no time, or ""
  std::string real_error{}, cpu_error{};     // why it has none by this clock, or ""
  std::map<std::string, double> counters{};  // Google Benchmark's and the user's
  // The counters `digest` and `borrowed` of our own programs; another program's mean other things.
  std::optional<std::uint32_t> digest{};
  std::optional<std::uint32_t> other_digest{};  // a repetition had another digest than the last
  bool borrowed = false;
};

// A benchmark that its program did not run (SkipWithMessage), and why.
struct SkippedBenchmark {
  std::string name, family_name, why;
};

class ResultFile {
 public:
  std::map<std::string, std::string> context;  // the fields that are strings or numbers
  std::vector<BenchmarkResult> benchmarks;     // in the order of the file, each name once
  std::vector<SkippedBenchmark> skipped;

  const BenchmarkResult* find(const std::string& name) const;
  bool skips(const std::string& name) const;
  // How many benchmarks have this family_name, those that are skipped included.
  std::size_t count(const std::string& family_name) const;
  // Has to be called when benchmarks were added, removed or renamed.
  void update_index();

 private:
  std::unordered_map<std::string, std::size_t> positions_, counts_;
  std::set<std::string> skipped_names_;
};

struct ReadOptions {
  std::set<std::string> varied{};          // parts that are left out of names (benchmark_name.hpp)
  std::optional<int> asked_repetitions{};  // --benchmark_repetitions, if it is known
  Clock clock = Clock::real_time;          // by which the file needs some time
  std::string group{};                     // what it matches becomes "*" in names (contender.hpp)
};

// Throws Error (exit code 2) that begins with `name` if the text is cut off, not JSON, not Google
// Benchmark's, nested deeper than 64 levels, without benchmarks or without any usable time by the
// clock, or if it cannot be told which entries belong to one benchmark. A benchmark whose times are
// negative, no numbers, beyond 31 years or of several units gets an error of its own, for the clock
// that read them. If a program reports aggregates only, the median that it reports is a benchmark's
// time.
ResultFile parse_result(const std::string& text, const std::string& name,
                        const ReadOptions& options = {});
// From a regular file of at most 64 MB, or a pipe of as much that is never silent for five minutes.
// `name`: what error messages call the file; "" is its path.
ResultFile read_result(const std::filesystem::path& file, const std::string& name = "",
                       const ReadOptions& options = {});

}  // namespace reprise::compare
