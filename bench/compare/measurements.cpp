#include "bench/compare/measurements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/core/error.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise::compare {

namespace {

double time_of(const Timing& timing, Clock clock) {
  return clock == Clock::real_time ? timing.real_ns : timing.cpu_ns;
}

BenchmarkDetails details_of(const BenchmarkResult& result) {
  const auto borrowed = result.counters.find("borrowed");
  return {result.label, result.digest(), result.counters,
          borrowed != result.counters.end() && borrowed->second > 0};
}

// Keeps the benchmarks that all contenders have, and a note about each of the others.
void fix_benchmarks(Measurements& m, const std::vector<ResultFile>& results,
                    const std::vector<std::string>& commands) {
  for (std::size_t c = 0; c < results.size(); ++c) {
    for (const BenchmarkResult& benchmark : results[c].benchmarks) {
      const bool common = std::ranges::all_of(
          results, [&](const ResultFile& other) { return other.find(benchmark.name) != nullptr; });
      if (common && c == 0) m.benchmarks.push_back(benchmark.name);
      const bool skipped = std::ranges::any_of(
          results, [&](const ResultFile& other) { return other.skips(benchmark.name); });
      if (!common && !skipped && c != m.control()) {
        m.left_out.push_back(fmt::format("{} (of {})", benchmark.name, letter_of(c)));
      }
    }
    if (c == m.control()) continue;
    for (const SkippedBenchmark& benchmark : results[c].skipped) {
      m.left_out.push_back(
          fmt::format("{} (skipped by {}: {})", benchmark.name, letter_of(c), benchmark.why));
    }
  }
  if (m.benchmarks.empty()) {
    throw Error(
        fmt::format("{}: found no benchmark that all programs have, expected some; its first is "
                    "'{}', that of {} is '{}'",
                    commands[0], printable(results[0].benchmarks.front().name), commands[1],
                    printable(results[1].benchmarks.front().name)));
  }
  for (const ResultFile& result : results) {
    m.details.emplace_back();
    for (const std::string& name : m.benchmarks) {
      m.details.back().push_back(details_of(*result.find(name)));
    }
  }
}

bool is_known(const Measurements& m, const std::string& benchmark) {
  return std::ranges::find(m.benchmarks, benchmark) != m.benchmarks.end() ||
         std::ranges::any_of(m.left_out, [&](const std::string& note) {
           return note.starts_with(benchmark + " (");
         });
}

}  // namespace

bool is_control(const std::string& benchmark) { return benchmark.starts_with("control/"); }

std::string letter_of(std::size_t contender) {
  return contender < 26 ? std::string(1, static_cast<char>('A' + static_cast<int>(contender)))
                        : fmt::format("A{}", contender);
}

std::string_view name_of(Clock clock) {
  return clock == Clock::real_time ? "real_time" : "cpu_time";
}

std::vector<double> Measurements::log_ratios(std::size_t contender, std::size_t benchmark,
                                             std::size_t first_rounds, Clock clock) const {
  std::vector<double> ratios;
  for (std::size_t r = 0; r < std::min(first_rounds, rounds.size()); ++r) {
    const double time = time_of(rounds[r].timings[contender][benchmark], clock);
    const double base = time_of(rounds[r].timings[0][benchmark], clock);
    if (time > 0 && base > 0) ratios.push_back(std::log(time / base));
  }
  return ratios;
}

std::string Measurements::error_of(std::size_t contender, std::size_t benchmark) const {
  for (const Round& round : rounds) {
    const std::string& error = round.timings[contender][benchmark].error;
    if (!error.empty()) return error;
  }
  return "";
}

double Measurements::median_time(std::size_t contender, std::size_t benchmark, Clock clock) const {
  std::vector<double> times;
  for (const Round& round : rounds) {
    const Timing& timing = round.timings[contender][benchmark];
    if (timing.error.empty()) times.push_back(time_of(timing, clock));
  }
  return median(std::move(times));
}

double Measurements::shown_time(std::size_t contender, std::size_t benchmark, Clock clock) const {
  return error_of(contender, benchmark).empty() ? median_time(contender, benchmark, clock)
                                                : std::nan("");
}

double Measurements::control_time() const {
  std::vector<double> times;
  for (const Round& round : rounds) {
    if (round.control_ns > 0) times.push_back(round.control_ns);
  }
  return median(std::move(times));
}

void add_round(Measurements& m, const std::vector<ResultFile>& results,
               const std::vector<std::string>& commands, double control_ns) {
  if (m.rounds.empty() && m.benchmarks.empty()) fix_benchmarks(m, results, commands);
  const auto refuse = [&](std::size_t contender, const std::string& benchmark, const char* what) {
    throw Error(
        fmt::format("{}: benchmark '{}' is {} in round {}, expected the benchmarks of round 1",
                    commands[contender], printable(benchmark), what, m.rounds.size() + 1));
  };
  Round round;
  round.control_ns = control_ns;
  for (std::size_t c = 0; c < results.size(); ++c) {
    round.timings.emplace_back();
    for (const std::string& name : m.benchmarks) {
      const BenchmarkResult* result = results[c].find(name);
      if (result == nullptr) refuse(c, name, "missing");
      round.timings.back().push_back({result->real_ns, result->cpu_ns, result->error});
    }
    for (const BenchmarkResult& result : results[c].benchmarks) {
      if (!is_known(m, result.name)) refuse(c, result.name, "new");
    }
  }
  // a round that was refused above has changed nothing
  for (std::size_t c = 0; c < results.size(); ++c) {
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      const BenchmarkResult& result = *results[c].find(m.benchmarks[b]);
      BenchmarkDetails& details = m.details[c][b];
      if (result.error.empty() && (result.other_digest || result.digest() != details.digest)) {
        details.bits_vary = true;
      }
    }
  }
  m.rounds.push_back(std::move(round));
}

}  // namespace reprise::compare
