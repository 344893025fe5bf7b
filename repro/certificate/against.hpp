// Compares two sets of runs, from two backends, two machines or two versions of the program.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "reprise/core/exit_code.hpp"
#include "repro/certificate/run_groups.hpp"

namespace reprise::book {

// A quantity that runs with two settings reach, in standard deviations of a run where it says sd.
struct ReachedQuantity {
  std::string label;  // "highest val_accuracy"
  double mean = 0, other_mean = 0;
  double low = 0, high = 0;  // sd; the intervals of all quantities together hold at 95 %
  // "equivalent" within the margin, "higher" or "lower" than that of the other runs, or "undecided"
  std::string verdict;
};

// Compares all quantities of a run: curves, evaluations, results.
struct Comparison {
  std::string name;  // "imdb, edition 1, keras-3.15"
  std::size_t runs = 0, other_runs = 0;
  std::size_t quantities = 0;
  bool same_seeds = false;
  bool same_bits = false;  // every number and every weight of every seed
  std::string settings;    // "float32 openmp against float64 openmp", or ""
  // "activation tanh instead of relu"; then only `reached` is compared, because the curves of two
  // networks differ in any case
  std::vector<std::string> changed;
  std::vector<ReachedQuantity> reached;
  std::size_t equivalent = 0, different = 0;  // quantities, unless same_bits
  std::string widest;     // the quantity whose confidence interval reaches farthest
  ExitCode code() const;  // done, no or undecided
};

// Compares each group of `ours` with the group of `theirs` that has the same experiment, edition
// and semantics, or with the only group if each side has one and they are of the same experiment.
// With the same seeds, bit-identical results decide at once. Otherwise each quantity
// is tested for equivalence by two one-sided t-tests at 5 %, paired if the seeds are the same, with
// `margin` in standard deviations of a run. No correction is needed, because all quantities have to
// be equivalent. Groups with different settings are compared in the quantities that a run is
// characterised by (references/quantities.hpp), without its losses if those are different
// functions. Throws Error for a group without a counterpart and for different data.
std::vector<Comparison> compare_groups(const std::vector<RunGroup>& ours,
                                       const std::vector<RunGroup>& theirs, double margin);

void print_comparisons(std::ostream& out, const std::vector<Comparison>& comparisons,
                       double margin);

}  // namespace reprise::book
