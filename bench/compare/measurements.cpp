#include "bench/compare/measurements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "reprise/core/error.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise::compare {

namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

double time_of(const Timing& timing, Clock clock) {
  return clock == Clock::real_time ? timing.real_ns : timing.cpu_ns;
}

// Whether the contenders report as many repetitions of the benchmark; those that failed do not
// count.
bool same_repetitions(const std::vector<ResultFile>& results, const std::string& benchmark) {
  std::optional<std::size_t> before;
  for (const ResultFile& file : results) {
    const BenchmarkResult& result = *file.find(benchmark);
    if (!result.error.empty()) continue;
    if (result.aggregates_only) return false;
    if (before.value_or(result.repetitions.size()) != result.repetitions.size()) return false;
    before = result.repetitions.size();
  }
  return true;
}

// The time of a benchmark in one process.
Timing timing_of(const BenchmarkResult& result, bool by_median) {
  if (by_median || !result.error.empty() || result.repetitions.empty()) {
    return {result.real_ns, result.cpu_ns, result.error, result.real_error, result.cpu_error};
  }
  return {*std::ranges::min_element(result.repetitions),
          *std::ranges::min_element(result.cpu_repetitions), "", result.real_error,
          result.cpu_error};
}

BenchmarkDetails details_of(const BenchmarkResult& result, bool by_median) {
  BenchmarkDetails details{result.label, result.digest, result.counters, result.borrowed};
  const double time = timing_of(result, by_median).real_ns;
  if (result.repetitions.empty() || !(time > 0)) return details;
  // rates are those of the last repetition
  const double longer = result.repetitions.back() / time;
  for (auto& [counter, value] : details.counters) {
    if (counter.ends_with("/s") || counter.starts_with("%")) value *= longer;
  }
  return details;
}

// Why a benchmark of `results[c]` is not compared, or "".
std::string why_left_out(const BenchmarkResult& benchmark, std::size_t c,
                         const std::vector<ResultFile>& results) {
  const auto count = [&](const ResultFile& file) { return file.count(benchmark.family_name); };
  for (std::size_t other = 0; other + 1 < results.size(); ++other) {
    if (count(results[other]) == 0 || count(results[other]) == count(results[c])) continue;
    return fmt::format("{} of this name in {}, {} in {}: which are the same cannot be told",
                       count(results[c]), letter_of(c), count(results[other]), letter_of(other));
  }
  const bool common = std::ranges::all_of(
      results, [&](const ResultFile& other) { return other.find(benchmark.name) != nullptr; });
  return common ? "" : "of " + letter_of(c);
}

// Whether each contender but the control ran as many benchmarks of this name as A.
bool all_have(const std::vector<ResultFile>& results, const BenchmarkResult& of_a) {
  return std::all_of(results.begin() + 1, results.end() - 1, [&](const ResultFile& other) {
    return other.find(of_a.name) != nullptr &&
           other.count(of_a.family_name) == results.front().count(of_a.family_name);
  });
}

// Keeps the benchmarks that all contenders have, and a note about each of the others.
void fix_benchmarks(Measurements& m, const std::vector<ResultFile>& results,
                    const std::vector<std::string>& commands, bool may_be_empty) {
  for (std::size_t c = 0; c < m.control(); ++c) {
    for (const BenchmarkResult& benchmark : results[c].benchmarks) {
      const std::string why = why_left_out(benchmark, c, results);
      if (why.empty() && c == 0) m.benchmarks.push_back(benchmark.name);
      const bool skipped = std::ranges::any_of(
          results, [&](const ResultFile& other) { return other.skips(benchmark.name); });
      if (!why.empty() && !skipped) m.left_out.push_back({benchmark.name, why});
      if (!why.empty() && c == 0 && !all_have(results, benchmark)) {
        m.missing.push_back(benchmark.name);
      }
    }
    for (const SkippedBenchmark& benchmark : results[c].skipped) {
      m.left_out.push_back(
          {benchmark.name, fmt::format("skipped by {}: {}", letter_of(c), benchmark.why)});
    }
  }
  // the control's process may skip what A's ran
  for (const SkippedBenchmark& benchmark : results.back().skipped) {
    if (results.front().skips(benchmark.name)) continue;
    m.left_out.push_back(
        {benchmark.name, fmt::format("skipped by A in its second process: {}", benchmark.why)});
  }
  if (m.benchmarks.empty() && !may_be_empty) {
    // the first that is not merely missing somewhere
    const auto other = std::ranges::find_if(
        m.left_out, [](const LeftOut& benchmark) { return !benchmark.reason.starts_with("of "); });
    throw Error(fmt::format(
        "{}: found no benchmark that all programs have, expected some; its first is '{}', that of "
        "{} is '{}'{}",
        commands[0], printable(results[0].benchmarks.front().name), commands[1],
        printable(results[1].benchmarks.front().name),
        other == m.left_out.end() ? "" : "; left out: " + printable(other->text())));
  }
  for (const std::string& name : m.benchmarks) {
    m.by_median.push_back(!same_repetitions(results, name));
  }
  for (const ResultFile& result : results) {
    m.details.emplace_back();
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      m.details.back().push_back(details_of(*result.find(m.benchmarks[b]), m.by_median[b]));
    }
  }
}

}  // namespace

bool is_control(const std::string& benchmark) { return benchmark.starts_with("control/frozen_"); }

std::string letter_of(std::size_t contender) {
  return contender < 26 ? std::string(1, static_cast<char>('A' + static_cast<int>(contender)))
                        : fmt::format("A{}", contender);
}

std::string_view name_of(Clock clock) {
  return clock == Clock::real_time ? "real_time" : "cpu_time";
}

std::string clock_read_0(Clock clock) {
  return fmt::format("the clock read 0 ({})", name_of(clock));
}

std::vector<double> Measurements::log_ratios(std::size_t contender, std::size_t benchmark,
                                             std::size_t first_rounds, Clock clock,
                                             std::size_t base) const {
  std::vector<double> ratios;
  for (std::size_t r = 0; r < std::min(first_rounds, rounds_of(benchmark)); ++r) {
    // the ratio itself could overflow
    ratios.push_back(std::log(time_of(rounds[r].timings[contender][benchmark], clock)) -
                     std::log(time_of(rounds[r].timings[base][benchmark], clock)));
  }
  return ratios;
}

std::string Measurements::error_of(std::size_t contender, std::size_t benchmark,
                                   Clock clock) const {
  for (std::size_t r = 0; r < rounds_of(benchmark); ++r) {
    const Timing& timing = rounds[r].timings[contender][benchmark];
    if (!timing.error.empty()) return timing.error;
    const std::string& of_clock = clock == Clock::real_time ? timing.real_error : timing.cpu_error;
    if (!of_clock.empty()) return of_clock;
    const double time = time_of(timing, clock);
    if (time == 0) return clock_read_0(clock);
    if (!(time > 0) || !std::isfinite(time)) return fmt::format("found a time of {} ns", time);
  }
  return "";
}

double Measurements::median_time(std::size_t contender, std::size_t benchmark, Clock clock) const {
  std::vector<double> times;
  for (std::size_t r = 0; r < rounds_of(benchmark); ++r) {
    const Timing& timing = rounds[r].timings[contender][benchmark];
    if (timing.error.empty()) times.push_back(time_of(timing, clock));
  }
  return median(std::move(times));
}

double Measurements::shown_time(std::size_t contender, std::size_t benchmark, Clock clock) const {
  return error_of(contender, benchmark, clock).empty() ? median_time(contender, benchmark, clock)
                                                       : std::nan("");
}

double Measurements::control_time() const {
  std::vector<double> times;
  for (const Round& round : rounds) {
    if (round.control_ns > 0) times.push_back(round.control_ns);
  }
  return median(std::move(times));
}

double Measurements::median_by_control(std::size_t contender, std::size_t benchmark) const {
  std::vector<double> ratios;
  for (std::size_t r = 0; r < rounds_of(benchmark); ++r) {
    const Timing& timing = rounds[r].timings[contender][benchmark];
    const bool timed = timing.error.empty() && timing.real_error.empty() && timing.real_ns > 0;
    if (timed && rounds[r].control_ns > 0) ratios.push_back(timing.real_ns / rounds[r].control_ns);
  }
  return median(std::move(ratios));
}

void Measurements::leave(std::size_t benchmark) {
  left_after.resize(benchmarks.size(), 0);
  left_after[benchmark] = static_cast<int>(rounds.size());
}

void add_round(Measurements& m, const std::vector<ResultFile>& results,
               const std::vector<std::string>& commands, double control_ns, bool may_be_empty) {
  if (m.rounds.empty() && m.benchmarks.empty()) fix_benchmarks(m, results, commands, may_be_empty);
  const auto refuse = [&](std::size_t contender, const std::string& benchmark,
                          const std::string& what, const char* expected) {
    throw Error(fmt::format("{}: benchmark '{}' {} in round {}, expected the {} of round 1",
                            commands[contender], printable(benchmark), what, m.rounds.size() + 1,
                            expected));
  };
  std::set<std::string> known(m.benchmarks.begin(), m.benchmarks.end());
  for (const LeftOut& benchmark : m.left_out) known.insert(benchmark.name);
  Round round;
  round.control_ns = control_ns;
  for (std::size_t c = 0; c < results.size(); ++c) {
    round.timings.emplace_back();
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      if (m.has_left(b)) {
        round.timings.back().push_back({kNotMeasured, kNotMeasured, ""});
        continue;
      }
      const BenchmarkResult* result = results[c].find(m.benchmarks[b]);
      if (result == nullptr) refuse(c, m.benchmarks[b], "is missing", "benchmarks");
      round.timings.back().push_back(timing_of(*result, m.is_by_median(b)));
    }
    for (const BenchmarkResult& result : results[c].benchmarks) {
      if (!known.contains(result.name)) refuse(c, result.name, "is new", "benchmarks");
    }
  }
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (m.has_left(b) || m.is_by_median(b) || same_repetitions(results, m.benchmarks[b])) continue;
    refuse(0, m.benchmarks[b], "and that of another program have different repetitions",
           "equal numbers");
  }
  // a round that was refused above has changed nothing
  for (std::size_t c = 0; c < results.size(); ++c) {
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      if (m.has_left(b)) continue;
      const BenchmarkResult& result = *results[c].find(m.benchmarks[b]);
      BenchmarkDetails& details = m.details[c][b];
      if (result.error.empty() && (result.other_digest || result.digest != details.digest)) {
        details.bits_vary = true;
      }
    }
  }
  m.rounds.push_back(std::move(round));
}

}  // namespace reprise::compare
