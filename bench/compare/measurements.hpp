// What a comparison measured: rounds of times, and the ratios that they give.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/result_file.hpp"

namespace reprise::compare {

// One benchmark in one process: nanoseconds of an iteration by either clock, or why it has no time.
struct Timing {
  double real_ns = 0, cpu_ns = 0;
  std::string error;
};

struct Round {
  std::vector<std::vector<Timing>> timings{};  // [contender][benchmark]
  double control_ns = 0;                       // of the frozen control kernel; 0: not timed
};

// A name for reports, and what tells the contender from the others: {"threads", "2"}.
struct ContenderName {
  std::string name;
  std::map<std::string, std::string> configuration{};
};

// What a contender ran in a benchmark, as its first round says; the times are in the rounds.
struct BenchmarkDetails {
  std::string label{};
  std::optional<std::uint32_t> digest{};  // of the results; only some programs report one
  std::map<std::string, double> counters{};
  // The backend ran another backend's code, as the counter `borrowed` says. It cannot win, even if
  // that backend is not compared.
  bool borrowed = false;
  bool bits_vary = false;  // a later repetition or round had another digest than the first
};

// Whether it is a program's own benchmark of the frozen control kernel, which is not compared.
bool is_control(const std::string& benchmark);
// The contender's name in tables: A to Z, then A26 and so on.
std::string letter_of(std::size_t contender);

enum class Clock { real_time, cpu_time };
std::string_view name_of(Clock clock);

struct Measurements {
  std::vector<ContenderName> contenders;  // A, B, ...; the last one is the control, A again
  std::vector<std::string> benchmarks;    // those that all contenders have, in A's order
  std::vector<std::string> left_out;      // "name (of B)", "name (skipped by A: reason)"
  std::vector<std::vector<BenchmarkDetails>> details;  // [contender][benchmark]
  std::vector<Round> rounds;

  std::size_t control() const { return contenders.size() - 1; }
  // log(time of the contender / time of A), one per round among the first `first_rounds`.
  std::vector<double> log_ratios(std::size_t contender, std::size_t benchmark,
                                 std::size_t first_rounds, Clock clock) const;
  // The first error of the benchmark with this contender in any round, or "".
  std::string error_of(std::size_t contender, std::size_t benchmark) const;
  // Median over the rounds, in nanoseconds.
  double median_time(std::size_t contender, std::size_t benchmark, Clock clock) const;
  // The median time, or NaN if the benchmark failed in any round.
  double shown_time(std::size_t contender, std::size_t benchmark, Clock clock) const;
  // Median time of the control kernel in nanoseconds, or NaN.
  double control_time() const;
};

// As `measurements` in results/schema/comparison-2.json, and back. Throws Error (exit code 2) that
// begins with `name` if the document is anything else.
nlohmann::json to_json(const Measurements& measurements);
Measurements measurements_from(const nlohmann::json& document, const std::string& name);

// Appends a round; `results` has one entry per contender. The first round fixes the benchmarks. If
// a later round has other benchmarks, throws Error (exit code 2) that names program and benchmark,
// and leaves the measurements as they were.
void add_round(Measurements& measurements, const std::vector<ResultFile>& results,
               const std::vector<std::string>& commands, double control_ns);

}  // namespace reprise::compare
