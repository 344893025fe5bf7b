// Runs the rounds of a comparison: one fresh process of each contender per round.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/compare/budget.hpp"
#include "bench/compare/contender.hpp"
#include "bench/compare/invocation.hpp"

namespace reprise::compare {

// The processes of one round.
struct RoundResults {
  std::vector<ResultFile> files;  // of A, B, ... and A again
  double control_ns = 0;          // of the frozen control kernel
};

class RoundRunner {
 public:
  // Adds the control, A again, to the contenders.
  RoundRunner(std::vector<Contender> contenders, const InvocationOptions& options);

  const std::vector<Contender>& contenders() const { return contenders_; }
  // Mean seconds of a round, over the pilot and the latest rounds.
  double round_seconds() const { return round_seconds_; }
  int rounds_run() const { return rounds_run_; }

  // Runs one process of each program without counting it, in at most `limit` seconds. Returns the
  // seconds of a round, where the control is taken to need as long as A; without a value if the
  // limit was too short.
  std::optional<Pilot> pilot(double min_time, double limit);
  // What the pilots have found for the rounds.
  void set_round(const Fitted& found);

  double min_time() const { return options_.min_time; }
  void set_min_time(double seconds) { options_.min_time = seconds; }

  // Takes the benchmarks from an earlier session, in place of a pilot.
  void expect(const std::vector<std::string>& benchmarks);

  // From now on the rounds run these benchmarks alone, of which each contender has at least one.
  // Google Benchmark is given a filter of exactly their names, unless the filter would be longer
  // than a command line may be; then all run, and the others are left out of the results.
  void run_only(const std::vector<std::string>& benchmarks);

  // Runs the contenders in this order. The control kernel is timed once, before the first process,
  // the second, ... or after the last one in turn, so that it follows each of them equally often.
  RoundResults run(const std::vector<std::size_t>& order);

 private:
  ResultFile run_one(std::size_t contender);

  InvocationOptions options_;
  std::vector<Contender> contenders_;
  std::vector<std::vector<std::string>> benchmarks_;  // of each contender, in its order
  std::vector<std::string> only_;                     // those that run; empty: all
  // of each contender: what the program itself calls a benchmark, which --benchmark_filter matches
  std::vector<std::map<std::string, std::string>> own_names_;
  double round_seconds_ = 0;
  int rounds_run_ = 0;
  bool piloted_ = false;
};

// A --benchmark_filter that matches exactly these names: "^(BM_Map/8|BM_Set<int>)$", with every
// character that regular expressions give a meaning to escaped.
std::string exact_filter(const std::vector<std::string>& names);

}  // namespace reprise::compare
