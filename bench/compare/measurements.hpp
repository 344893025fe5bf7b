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
  std::string real_error{}, cpu_error{};  // why it has no time by this clock, or ""
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
  // The backend ran another backend's code, as our programs' counter `borrowed` says. It cannot
  // win, even if that backend is not compared.
  bool borrowed = false;
  bool bits_vary = false;  // a later repetition or round had another digest than the first
};

// Whether it is our programs' own benchmark of the frozen control kernel, which is not compared. A
// stranger's "control/pid" is a benchmark like any other.
bool is_control(const std::string& benchmark);
// The contender's name in tables: A to Z, then A26 and so on.
std::string letter_of(std::size_t contender);

// A benchmark that is not compared, and why: "of B", "skipped by A: reason".
struct LeftOut {
  std::string name, reason;
  std::string text() const { return reason.empty() ? name : name + " (" + reason + ")"; }
};

std::string_view name_of(Clock clock);
std::string clock_read_0(Clock clock);  // why a benchmark has no time by this clock

struct Measurements {
  std::vector<ContenderName> contenders;  // A, B, ...; the last one is the control, A again
  std::vector<std::string> benchmarks;    // those that all contenders have, in A's order
  std::vector<LeftOut> left_out;
  std::vector<std::vector<BenchmarkDetails>> details;  // [contender][benchmark]
  // Per benchmark: whether a process's time is the median of its repetitions, not the shortest. The
  // shortest of many is shorter than that of few, so it is like only if all contenders report as
  // many; some report nothing but a median. Empty: nowhere.
  std::vector<bool> by_median{};
  std::vector<Round> rounds;
  // Benchmarks of A that some contender does not have or skips: nothing says that they are not
  // slower there.
  std::vector<std::string> missing{};
  // Per benchmark: the number of rounds after which it left the comparison because it was decided,
  // 0 if it has not. Later rounds have no times of it. Empty: none has left.
  std::vector<int> left_after{};

  std::size_t control() const { return contenders.size() - 1; }
  bool is_by_median(std::size_t benchmark) const {
    return benchmark < by_median.size() && by_median[benchmark];
  }
  bool has_left(std::size_t benchmark) const {
    return benchmark < left_after.size() && left_after[benchmark] > 0;
  }
  // How many rounds measured the benchmark.
  std::size_t rounds_of(std::size_t benchmark) const {
    return has_left(benchmark) ? static_cast<std::size_t>(left_after[benchmark]) : rounds.size();
  }
  // The benchmark is decided: the rounds from now on leave it out.
  void leave(std::size_t benchmark);
  // log(time of the contender / time of `base`), one for each of the first `first_rounds` rounds
  // that measured the benchmark. Neither may have an error_of().
  std::vector<double> log_ratios(std::size_t contender, std::size_t benchmark,
                                 std::size_t first_rounds, Clock clock, std::size_t base = 0) const;
  // Why the benchmark has no time by this clock with this contender in some round, or "".
  std::string error_of(std::size_t contender, std::size_t benchmark, Clock clock) const;
  // Median over the rounds, in nanoseconds.
  double median_time(std::size_t contender, std::size_t benchmark, Clock clock) const;
  // The median time, or NaN if the benchmark has an error_of().
  double shown_time(std::size_t contender, std::size_t benchmark, Clock clock) const;
  // Median time of the control kernel in nanoseconds, or NaN.
  double control_time() const;
  // Median over the rounds of the benchmark's wall-clock time divided by the control kernel's in
  // the same round, or NaN if no round has both.
  double median_by_control(std::size_t contender, std::size_t benchmark) const;
};

// As `measurements` in results/schema/comparison-2.json, and back. Throws Error (exit code 2) that
// begins with `name` if the document is anything else.
nlohmann::json to_json(const Measurements& measurements);
Measurements measurements_from(const nlohmann::json& document, const std::string& name);

// Appends a round; `results` has one entry per contender. The first round fixes the benchmarks and
// whether the shortest repetition or the median counts. What results say of benchmarks that have
// left is ignored. If a later round has other benchmarks or other numbers of repetitions, throws
// Error (exit code 2) that names program and benchmark, and leaves the measurements as they were.
// `may_be_empty`: programs without any benchmark in common are no error, A's are all missing.
void add_round(Measurements& measurements, const std::vector<ResultFile>& results,
               const std::vector<std::string>& commands, double control_ns,
               bool may_be_empty = false);

}  // namespace reprise::compare
