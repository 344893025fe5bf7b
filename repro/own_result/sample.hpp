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
  std::size_t diverged = 0;

  std::size_t runs() const { return pool.rows() - 1; }
  std::vector<double> column(std::size_t j) const;  // of the stored runs
  double p() const;                                 // as Answer::p
  // The mean square of the reader's deviations, in standard deviations of the runs
  double distance() const;
};

// One number among the stored runs, which are rounded as it was printed.
struct Place {
  std::string name;
  double own = 0;
  std::size_t below = 0, equal = 0, above = 0;    // stored runs; their sum is the number of runs
  double least = 0, low = 0, high = 0, most = 0;  // extremes, and the middle 90 % of the runs
};

// The place of number `j` of the sample.
Place place_in(const OwnSample& sample, std::size_t j, const OwnNumber& number);

// Nothing if the stored runs lack one of the numbers or if fewer than two did not diverge.
std::optional<OwnSample> sample_of(const StoredRuns& stored, const std::vector<OwnNumber>& numbers);

}  // namespace reprise::book
