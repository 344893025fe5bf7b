// When a comparison looks at its data, and how much of the significance level each look spends.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace reprise::compare {

// The looks that are planned, fixed before the first round. Each look spends a part of the level
// alone: whatever the distribution of the rounds and however the looks depend on each other, the
// chance of a wrong call at any of them is at most the sum of these parts (Bonferroni over looks).
// The parts are the increments of the spending function level * t^2 (Lan and DeMets 1983,
// Biometrika 70, 659-663), where t is the fraction of the rounds that are done.
struct Looks {
  double level = 0.05;
  std::vector<int> rounds;          // ascending; the last look ends the comparison
  std::vector<double> alpha_spent;  // one per look

  // What a look after `done` rounds may spend, whether planned or not, after earlier looks have
  // spent `spent`: what the spending function allows by then. Planned looks alone get
  // `alpha_spent`.
  double alpha_at(int done, double spent) const;
};

// Reads {"rounds", "alpha_spent"} as reports and states keep them. Throws Error (exit code 2) that
// begins with `name` if the document is anything else.
Looks looks_from(const nlohmann::json& document, double level, const std::string& name);

// The number of orders in which the rounds of A, B and A again run (balanced_order.hpp).
inline constexpr int kOrders = 6;

// Looks after a half, three quarters and all of the rounds; from 48 rounds on also after a quarter;
// below 12 rounds only at the end. All but the last come after multiples of kOrders rounds.
Looks plan_looks(int rounds, double level);

// One look at the end, for comparisons that run every round in any case and so gain nothing from
// looking earlier.
Looks one_look(int rounds, double level);

// A look that was made.
struct LookMade {
  int rounds = 0;
  double alpha = 0;
};

// The looks that are planned and those that were made, which together never spend more than the
// level.
struct AlphaLedger {
  Looks planned{};
  std::vector<LookMade> made{};

  double spent() const;
  bool is_exhausted() const;  // nothing of the level is left for another look
  bool is_planned(int rounds) const;
  // Records a look after `rounds` rounds and returns the alpha it spends. A second look at the same
  // rounds gets the alpha of the first one and spends nothing. `is_last`: no other look follows, so
  // that it spends all that is left.
  double look(int rounds, bool is_last = false);
};

}  // namespace reprise::compare
