// A reader's numbers beside the same numbers of stored runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "repro/own_result/own_result.hpp"
#include "repro/own_result/stored_runs.hpp"

namespace reprise::book {

// One row per run without those that diverged, then the reader's; one column per number, rounded as
// the reader's was printed.
struct OwnSample {
  Matrix<double> pool;
  Matrix<double> stored;  // the runs' numbers with all their digits
  std::size_t diverged = 0;

  std::size_t runs() const { return pool.rows() - 1; }
  std::vector<double> column(std::size_t j) const;  // of the stored runs
  // As Answer::p: of one number the two-sided p-value of its rank, of several that of their
  // distance from the middle of all runs (stats/distance.hpp).
  double p() const;
  // The mean over the numbers of the squared deviation of the reader's number from the mean of the
  // runs, in variances of the runs, plus the logarithm of this variance: twice the negative
  // logarithm of the likelihood among independent normal runs, up to a constant.
  double unlikeliness() const;
};

// One number among the stored runs, which are rounded as it was printed.
struct Place {
  std::string name;
  double own = 0;
  std::size_t below = 0, equal = 0, above = 0;    // stored runs; their sum is the number of runs
  double least = 0, low = 0, high = 0, most = 0;  // extremes, and the middle 90 % of the runs
  std::size_t runs() const { return below + equal + above; }
  bool is_outside() const { return below == runs() || above == runs(); }  // of all runs
};

// The place of number `j` of the sample.
Place place_in(const OwnSample& sample, std::size_t j, const OwnNumber& number);

// Fewer runs could call no number extraordinary, because p is at least 2 / (runs + 1).
inline constexpr std::size_t kFewestRuns = 39;

// Nothing if the stored runs lack one of the numbers or if fewer than kFewestRuns did not diverge.
std::optional<OwnSample> sample_of(const StoredRuns& stored, const std::vector<OwnNumber>& numbers);

}  // namespace reprise::book
