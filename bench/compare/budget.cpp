#include "bench/compare/budget.hpp"

#include <algorithm>

#include "bench/compare/comparison_plan.hpp"

namespace reprise::compare {

std::optional<Fitted> fit_to_budget(double longest, double budget, const RunPilot& run,
                                    const std::function<double()>& spent) {
  const auto of_round = [&] { return (budget - spent()) / kFewestRounds; };
  // the pilot takes about as long as a round
  auto second = run(longest, budget / (kFewestRounds + 1));
  if (second && second->round_seconds <= of_round()) return Fitted{longest, second->round_seconds};
  const double least = std::min(kLeastMinTime, longest);
  const auto first = run(least, budget - spent());
  if (!first) return {};
  const Fitted shortest{least, first->round_seconds};
  const double spare = of_round() - shortest.round_seconds;
  if (spare <= 0 || first->benchmarks == 0 || least == longest) return shortest;
  double at = longest;  // the measuring time of the second pilot
  if (!second) {
    // it would fit if programs took their measuring time and no more
    at = std::min(longest, least + spare / static_cast<double>(first->benchmarks));
    second = run(at, budget - spent());
    if (!second) return {};
  }
  // what programs take is close to a straight line through the two points
  const double rise = second->round_seconds - shortest.round_seconds;
  const double part =
      std::clamp((of_round() - shortest.round_seconds) / std::max(rise, 1e-9), 0.0, 1.0);
  return Fitted{least + part * (at - least), shortest.round_seconds + part * rise};
}

}  // namespace reprise::compare
