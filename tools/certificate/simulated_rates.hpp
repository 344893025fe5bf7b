// Measures how often the statistical tests behind a certificate are right on simulated numbers.
#pragma once

#include <fmt/format.h>

#include <string>

#include "reprise/stats/intervals.hpp"

namespace reprise::book {

// The rate of an event over simulated draws, with its interval and the bound that it has to keep.
struct Bound {
  bool is_upper;
  double rate;
};
inline Bound at_most(double rate) { return {true, rate}; }
inline Bound at_least(double rate) { return {false, rate}; }

struct RateRow {
  std::size_t hits, draws;
  Bound bound;

  bool is_kept() const {
    const double rate = static_cast<double>(hits) / static_cast<double>(draws);
    return bound.is_upper ? rate <= bound.rate : rate >= bound.rate;
  }
  // Returns the last cells of a row: "4.3 % | 3.1 to 5.7 % | at most 6.4 %".
  std::string cells() const {
    const Interval rate = rate_interval(hits, draws);
    return fmt::format("{:.1f} % | {:.1f} to {:.1f} % | {} {:g} %{}", 100 * rate.estimate,
                       100 * rate.low, 100 * rate.high, bound.is_upper ? "at most" : "at least",
                       100 * bound.rate, is_kept() ? "" : ": MISSED");
  }
};

// Prints a table in Markdown and returns whether all rates keep their bounds. The draws are the
// same on every machine.
bool print_simulated_rates();

}  // namespace reprise::book
