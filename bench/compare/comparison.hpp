// A comparison: interleaved rounds of fresh processes until every row is decided.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/compare/contender.hpp"
#include "bench/compare/looks.hpp"
#include "bench/compare/measurements.hpp"
#include "bench/compare/verdict.hpp"
#include "reprise/core/error.hpp"

namespace reprise::compare {

// 90 % power for a change of 10 % in each of the 20 rows of docs/comparison.md, which says how it
// was found.
inline constexpr int kDefaultRounds = 84;

struct ComparisonPlan {
  std::vector<Contender> contenders;  // A first; the control, A again, is added
  InvocationOptions invocation;
  JudgeOptions judging;
  double level = 0.05;
  int rounds = kDefaultRounds;      // at most
  bool rounds_given = false;        // by the user: a state of another number is then refused
  bool all_rounds = false;          // also where every row is decided: one look, at the end
  std::optional<double> budget{};   // seconds for everything: fewer rounds where it is short
  bool one_round_at_least = false;  // however short the budget is; else that is an error
  bool budget_is_final = false;     // what the budget has ended is not gone on with
  std::optional<std::filesystem::path> state{};  // kept after each round
  bool resume = false;                           // go on with it
};

struct Progress {
  int round = 0, rounds = 0;  // that end, of so many
  std::size_t undecided = 0, benchmarks = 0;
  bool judged = false;  // whether a look has said how many are undecided
  double seconds_left = 0;
};
using OnProgress = std::function<void(const Progress&)>;

struct Comparison {
  std::vector<std::string> commands;  // of the contenders, the control among them
  Measurements measurements;
  Looks looks;
  Judgement judgement;
  JudgeOptions judging;
  double seconds = 0;
  bool stopped_early = false;  // every row was decided before the last look
  bool out_of_time = false;    // the budget ended it
  // A program that failed, hung or changed its rows after this many whole rounds ended it: what is
  // here is what was measured before.
  std::optional<Error> failure{};
  std::vector<std::string> noise_warnings;
};

// One process of each first, uncounted: it tells what a round takes, so that the number of rounds
// and the looks are fixed before anything is measured. Throws Error (exit code 2) for programs that
// fail, hang or change their rows before a whole round is there (later that is `failure`), a state
// file of another comparison or of another number of rounds, too short a budget.
Comparison run_comparison(const ComparisonPlan& plan, const OnProgress& on_progress);

}  // namespace reprise::compare
