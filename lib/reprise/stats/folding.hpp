// Whether a sample has more than one mode: the folding test of unimodality.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace reprise {

// Where folding takes most of the variance away: cov(x, x^2) / (2 var x), between two groups. The
// mean of a constant sample. At least 2 values.
double folding_pivot(std::span<const double> values);

// The folding statistic: the variance of |x - s| over that of x, times 4, where s is the
// pivot. 1 for a uniform distribution, less for two groups.
// (Siffert, Fouque, Termier and Largouet 2018, "Are your data gathered? The folding test of
// unimodality", KDD.) 1 of a constant sample. At least 2 values.
double folding_statistic(std::span<const double> values);

// The p-value of more than one mode: the share, by `draws` uniform samples of n values and the
// sample itself, of statistics at most as large. At least 1 / (draws + 1).
class FoldingTest {
 public:
  explicit FoldingTest(std::size_t n, int draws = 9999, std::uint32_t seed = 1);
  double p(std::span<const double> values) const;  // n of them

 private:
  std::vector<double> statistics_;  // sorted
};

}  // namespace reprise
