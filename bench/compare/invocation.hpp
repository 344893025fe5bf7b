// One invocation of a contender: a fresh process, and the results that it writes.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "bench/compare/contender.hpp"
#include "bench/compare/result_file.hpp"

namespace reprise::compare {

// What every process is given.
struct InvocationOptions {
  double timeout = 60;     // seconds
  double min_time = 0.02;  // seconds of each benchmark, divided among its repetitions
  // Repetitions of each benchmark; the shortest one is its time in this process, unless the
  // contenders report different numbers of them (measurements.hpp). Disturbances on a shared
  // machine only ever add time, so that successive processes agree better in the shortest
  // repetition than in the mean.
  int repetitions = 10;
  std::string filter;  // --benchmark_filter, or ""
  // Parts of the benchmarks' names ("backend", "threads") in which the contenders differ:
  // "backend:openmp" is left out of a name, so that the names are equal.
  std::set<std::string> varied;
  Clock clock = Clock::real_time;  // by which a program needs some usable time
};

// Runs one fresh process. Throws Error (exit code 2) if it cannot be started, crashes, hangs or
// writes no benchmarks. The line begins with the contender's command, and names the benchmark if
// one is at fault. `known_benchmarks`: what an earlier process of the contender wrote, in its
// order; with it the line can name the benchmark that the process was in, otherwise only the last
// one that it wrote.
ResultFile invoke(const Contender& contender, const InvocationOptions& options,
                  const std::vector<std::string>& known_benchmarks = {});

// " after benchmark 'a', in benchmark 'b'": where a process ended whose output `text` is cut off;
// "" if neither the output nor `known_benchmarks` tells. Versions 1.0 to 1.4 write no `run_name`:
// there the name counts, without that of a statistic.
std::string describe_end(const std::string& text, const std::vector<std::string>& known_benchmarks,
                         const std::set<std::string>& varied);

}  // namespace reprise::compare
