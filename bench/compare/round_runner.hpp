// Runs the rounds of a comparison: one fresh process of each contender per round.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/compare/comparison_plan.hpp"

namespace reprise::compare {

class RoundRunner {
 public:
  // `plan` has to outlive the runner.
  explicit RoundRunner(const ComparisonPlan& plan);

  // A, B, ... and the control, A again.
  const std::vector<Contender>& contenders() const { return contenders_; }
  // Runs one process of each program without counting it. Returns the seconds of a round; the
  // control is taken to need as long as A.
  double pilot();
  // Takes the benchmarks from an earlier session, in place of a pilot.
  void expect(const std::vector<std::string>& benchmarks);
  // Runs the contenders in this order; results[c] is what contender c wrote.
  std::vector<ResultFile> run(const std::vector<std::size_t>& order);
  // Mean seconds of a round, over the pilot and the latest rounds.
  double round_seconds() const { return round_seconds_; }
  int rounds_run() const { return rounds_run_; }

 private:
  const InvocationOptions& options_;
  std::vector<Contender> contenders_;
  std::vector<std::vector<std::string>> benchmarks_;  // of each contender, in its order
  double round_seconds_ = 0;
  int rounds_run_ = 0;
  bool piloted_ = false;
};

}  // namespace reprise::compare
