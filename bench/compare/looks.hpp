// When a comparison looks at its data, and how much of the error each look may spend.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace reprise::compare {

// Looks after so many rounds, fixed before the first. Each has a share of the level for itself: a
// wrong call at any of them is at most as likely as the sum of the shares, whatever the rounds'
// distribution and however the looks depend on each other (Bonferroni over looks; the shares are
// increments of the spending function level t^2 of Lan and DeMets 1983, Biometrika 70, 659-663).
struct Looks {
  double level = 0.05;
  std::vector<int> rounds;          // ascending; the last one ends the comparison
  std::vector<double> alpha_spent;  // of `level`, one a look

  // What a look after `done` rounds may spend, planned or not, after others have spent `spent`:
  // what the spending function allows by then. Of planned looks alone these are `shares`.
  double alpha_at(int done, double spent) const;
};

// A look that was made.
struct LookMade {
  int rounds = 0;
  double alpha = 0;
};

// Of {"rounds", "shares"} as reports and states keep them. Throws Error (exit code 2) that begins
// with `name` where these are none.
Looks looks_from(const nlohmann::json& document, double level, const std::string& name);

// At a half, three quarters and all of `rounds`; from 48 on at a quarter as well, below 12 at all
// of them alone.
Looks plan_looks(int rounds, double level);

// At the end alone: where every round is run in any case, nothing is gained by looking before.
Looks one_look(int rounds, double level);

}  // namespace reprise::compare
