// A reader's numbers beside the same numbers of stored runs.
#pragma once

#include <optional>
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

// Nothing if the stored runs lack one of the numbers or if fewer than two did not diverge.
std::optional<OwnSample> sample_of(const StoredRuns& stored, const std::vector<OwnNumber>& numbers);

}  // namespace reprise::book
