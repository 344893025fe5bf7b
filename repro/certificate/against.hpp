// N runs against N: two backends, two machines, two versions of the program.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "reprise/core/exit_code.hpp"
#include "repro/certificate/run_groups.hpp"

namespace reprise::book {

// Of all numbers of a run: curves, evaluations, results.
struct Comparison {
  std::string name;  // "imdb, edition 1, keras-3.15"
  std::size_t runs = 0, other_runs = 0;
  std::size_t figures = 0;
  bool same_seeds = false;
  bool same_bits = false;                     // every number and every weight of every seed
  bool with_weights = false;                  // both have checksums of the weights
  std::string settings;                       // "float32 openmp against float64 openmp", or ""
  std::size_t equivalent = 0, different = 0;  // figures, where bits are not the same
  std::string widest;     // the figure whose interval reaches farthest, with the interval
  ExitCode code() const;  // done, no, undecided
};

// Each group of `ours` with the one of `theirs` that has the same experiment, edition and
// semantics. Bits decide where the seeds are the same; after that two one-sided t-tests at 5 % a
// figure (of pairs where the seeds are the same), with `margin` in standard deviations of a run:
// all figures have to be equivalent, so that no correction is needed. Throws Error for groups
// without a counterpart and for other data.
std::vector<Comparison> compare_groups(const std::vector<RunGroup>& ours,
                                       const std::vector<RunGroup>& theirs, double margin);

void print_comparisons(std::ostream& out, const std::vector<Comparison>& comparisons,
                       double margin);

}  // namespace reprise::book
