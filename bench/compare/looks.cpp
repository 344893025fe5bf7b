#include "looks.hpp"

#include <numeric>

namespace reprise::compare {

double Looks::rest_after(std::size_t seen) const {
  return level -
         std::accumulate(shares.begin(), shares.begin() + static_cast<std::ptrdiff_t>(seen), 0.0);
}

Looks plan_looks(int rounds, double level) {
  Looks looks{level, {}, {}};
  if (rounds >= 12) looks.rounds = {(rounds + 1) / 2, (3 * rounds + 3) / 4};
  if (rounds >= 48) looks.rounds.insert(looks.rounds.begin(), (rounds + 3) / 4);
  looks.rounds.push_back(rounds);
  double before = 0;
  for (const int n : looks.rounds) {
    const double t = static_cast<double>(n) / rounds, spent = level * t * t;
    looks.shares.push_back(spent - before);
    before = spent;
  }
  return looks;
}

Looks one_look(int rounds, double level) { return {level, {rounds}, {level}}; }

}  // namespace reprise::compare
