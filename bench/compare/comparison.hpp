// A comparison: interleaved rounds of fresh processes until every benchmark is decided.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/compare/comparison_plan.hpp"
#include "bench/compare/looks.hpp"
#include "bench/compare/measurements.hpp"
#include "bench/compare/verdict.hpp"
#include "reprise/core/error.hpp"

namespace reprise::compare {

struct Progress {
  int round = 0, rounds = 0;  // rounds done, rounds planned
  std::size_t undecided = 0, benchmarks = 0;
  bool judged = false;  // false until the first look: `undecided` is not known yet
  double seconds_left = 0;
};
using OnProgress = std::function<void(const Progress&)>;

struct Comparison {
  std::vector<std::string> commands;  // one per contender, including the control
  Measurements measurements;
  Looks looks;
  std::vector<LookMade> looks_made{};
  Judgement judgement;
  JudgeOptions judging;
  double seconds = 0;
  bool stopped_early = false;  // every benchmark was decided before the last look
  bool out_of_time = false;    // the time budget ended it
  // The program that failed, hung or changed its benchmarks after at least one whole round. What
  // was measured before it is kept.
  std::optional<Error> failure{};
  std::vector<std::string> noise_warnings;
};

// First runs one process of each program without counting it: this tells how long a round takes, so
// that the number of rounds and the looks are fixed before anything is measured. Throws Error (exit
// code 2) for a program that fails, hangs or changes its benchmarks before the first round is
// complete (later that becomes `failure`), for a state file of another comparison or with another
// number of rounds, and for a budget that is too short.
Comparison run_comparison(const ComparisonPlan& plan, const OnProgress& on_progress);

}  // namespace reprise::compare
