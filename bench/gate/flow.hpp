// The course of a gate: screen all benchmarks, confirm the suspects, then screen those that are
// still open for as long as there is time. Where the rounds come from is another's business: from
// processes (gate.cpp), or drawn from recorded ones (simulation.cpp).
#pragma once

#include <string>
#include <vector>

#include "bench/compare/measurements.hpp"
#include "bench/gate/result.hpp"

namespace reprise::gate {

class RoundSource {
 public:
  virtual ~RoundSource() = default;
  // Measures the benchmarks of the latest run_only(), or all, and appends the round.
  virtual void run_round(compare::Measurements& measurements) = 0;
  // The next rounds measure these benchmarks alone.
  virtual void run_only(const std::vector<std::string>& benchmarks) = 0;
  virtual double seconds() const = 0;  // of this session
  // How long the next round is expected to take, 0 if nothing is known.
  virtual double round_seconds() const = 0;
  // After each round and its look; `rounds`: the most that there can be.
  virtual void done(const compare::Measurements& measurements, int rounds) = 0;
};

struct GateRounds {
  compare::Measurements screen;  // of all benchmarks
  compare::Measurements fresh;   // of the suspects alone; without a round: none yet
  // After which rounds each was looked at: planned looks, and one more where a budget ended it.
  // There are never more than planned, so that the shares of the level suffice.
  std::vector<int> screen_looks{}, confirm_looks{};
  bool out_of_time = false;  // the budget ended the screen or the confirmation
};

// A sixth of the budget, 30 s of three minutes, is kept for confirming once there is a suspect;
// more, up to a half, if the rounds up to the first look at the suspects need more. What confirming
// leaves goes to the screen again. A suspect that only these last rounds find stays undecided: the
// confirmation counts the suspects before its first round, as Holm's procedure needs it.
inline constexpr double kConfirmShare = 1.0 / 6;

// Runs rounds until every benchmark has an answer or `budget` seconds have passed, at least one.
// Goes on with the rounds that are there already.
void run_flow(GateRounds& rounds, RoundSource& source, const GateOptions& options, double budget);

}  // namespace reprise::gate
