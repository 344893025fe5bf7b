// What a comparison is asked to do.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "bench/compare/contender.hpp"
#include "bench/compare/invocation.hpp"
#include "bench/compare/verdict.hpp"

namespace reprise::compare {

// Detects a change of 10 % with 90 % power in each of the 20 benchmarks of docs/comparison.md,
// which says how this was found.
inline constexpr int kDefaultRounds = 84;
// A budget first shortens the measuring time of each benchmark, down to kLeastMinTime (seconds),
// before it leaves fewer rounds than these, with which a few benchmarks can still be decided.
inline constexpr int kFewestRounds = 24;
inline constexpr double kLeastMinTime = 1e-3;

struct ComparisonPlan {
  std::vector<Contender> contenders;  // A first; the comparison adds the control, A again
  InvocationOptions invocation;
  JudgeOptions judging;
  double level = 0.05;
  int rounds = kDefaultRounds;  // at most
  bool rounds_given = false;    // by the user: a state with another number is then refused
  bool all_rounds = false;      // run all rounds and look once, at the end
  // A benchmark that is decided at a look is left out of the later rounds, which then take less
  // time, and keeps its verdict.
  bool drop_decided = false;
  // Seconds for everything. A short budget means fewer rounds, and if it leaves fewer than
  // kFewestRounds also less measuring time for each benchmark, unless `min_time_given`.
  std::optional<double> budget{};
  bool min_time_given = false;
  // The first process of each contender prepares what the later ones find, so that its time says
  // nothing about theirs: it runs once before the pilot.
  bool prepares = false;
  bool at_least_one_round = false;  // however short the budget is; otherwise that is an error
  bool budget_is_final = false;     // a comparison that the budget ended is not resumed
  std::optional<std::filesystem::path> state{};  // written after each round
  bool resume = false;                           // continue with the rounds of `state`
};

}  // namespace reprise::compare
