// A share of simulated draws in a table: its interval, and the bound that it is held to.
#pragma once

#include <fmt/format.h>

#include <string>

#include "reprise/stats/intervals.hpp"

namespace reprise::book {

struct Bound {
  bool most;  // else least
  double share;
};
inline Bound at_most(double share) { return {true, share}; }
inline Bound at_least(double share) { return {false, share}; }

struct Share {
  std::size_t hits, draws;
  Bound bound;

  bool kept() const {
    const double share = static_cast<double>(hits) / static_cast<double>(draws);
    return bound.most ? share <= bound.share : share >= bound.share;
  }
  // "4.3 % | 3.1 to 5.7 % | at most 6.4 %"
  std::string cells() const {
    const Interval rate = rate_interval(hits, draws);
    return fmt::format("{:.1f} % | {:.1f} to {:.1f} % | {} {:g} %{}", 100 * rate.estimate,
                       100 * rate.low, 100 * rate.high, bound.most ? "at most" : "at least",
                       100 * bound.share, kept() ? "" : ": MISSED");
  }
};

}  // namespace reprise::book
