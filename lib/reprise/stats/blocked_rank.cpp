#include "reprise/stats/blocked_rank.hpp"

#include <algorithm>
#include <limits>

#include "reprise/stats/ranks.hpp"

namespace reprise {

namespace {

// P(sum = k) for k from 0 to 2 n.
std::vector<double> null_distribution(std::size_t rounds) {
  std::vector<double> sums{1};
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<double> next(sums.size() + 2, 0.0);
    for (std::size_t k = 0; k < sums.size(); ++k) {
      for (std::size_t u = 0; u <= 2; ++u) next[k + u] += sums[k] / 3;
    }
    sums = std::move(next);
  }
  return sums;
}

std::vector<double> sorted(const BlockedDifferences& differences) {
  std::vector<double> all = differences.to_first;
  all.insert(all.end(), differences.to_second.begin(), differences.to_second.end());
  std::ranges::sort(all);
  return all;
}

}  // namespace

BlockedDifferences BlockedDifferences::operator-() const {
  BlockedDifferences negated = *this;
  for (auto* list : {&negated.to_first, &negated.to_second}) {
    for (double& difference : *list) difference = -difference;
  }
  return negated;
}

int blocked_rank_critical_value(std::size_t rounds, double share) {
  const std::vector<double> probability = null_distribution(rounds);
  double below = 0;
  int c = -1;
  for (const double of_sum : probability) {
    below += of_sum;
    if (rounds == 0 || below > share) break;
    ++c;
  }
  return c;
}

double blocked_rank_p(const BlockedDifferences& differences) {
  const auto is_greater = [](double difference) { return difference > 0; };
  const auto greater = std::ranges::count_if(differences.to_first, is_greater) +
                       std::ranges::count_if(differences.to_second, is_greater);
  const std::vector<double> probability = null_distribution(differences.rounds());
  double p = 0;
  for (std::size_t k = static_cast<std::size_t>(greater); k < probability.size(); ++k) {
    p += probability[k];
  }
  return std::min(p, 1.0);
}

BlockedShift blocked_shift(const BlockedDifferences& differences, double share) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<double> all = sorted(differences);
  if (all.empty()) return {0, -kInfinity, kInfinity};
  const int c = blocked_rank_critical_value(differences.rounds(), share);
  if (c < 0) return {median(all), -kInfinity, kInfinity};
  const auto rank = static_cast<std::size_t>(c);
  return {median(all), all[rank], all[all.size() - 1 - rank]};
}

}  // namespace reprise
