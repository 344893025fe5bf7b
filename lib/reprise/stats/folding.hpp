// The folding test of unimodality: does a sample have more than one mode?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace reprise {

// The pivot s at which folding, x -> |x - s|, reduces the variance most: cov(x, x^2) / (2 var x).
// If there are two groups it lies between them. The pivot of a constant sample is its mean. Needs
// at least 2 values.
double folding_pivot(std::span<const double> values);

// The folding statistic 4 var |x - s| / var x, where s is the pivot: 1 for a uniform distribution
// and for a constant sample, less for two groups (Siffert, Fouque, Termier and Largouet 2018, "Are
// your data gathered? The folding test of unimodality", KDD). Needs at least 2 values.
double folding_statistic(std::span<const double> values);

// The test against the uniform distribution by Monte Carlo. The p-value is the fraction, among
// `draws` uniform samples of n values and the sample itself, of statistics that are at most as
// large as that of the sample: at least 1 / (draws + 1).
class FoldingTest {
 public:
  explicit FoldingTest(std::size_t n, int draws = 9999, std::uint32_t seed = 1);
  double p(std::span<const double> values) const;  // needs n values

 private:
  std::vector<double> statistics_;  // sorted
};

}  // namespace reprise
