// Checks a run against real Keras's run of the same seed if one is stored (results/keras), and
// otherwise against the published re-runs of the experiment (results/book).
#pragma once

#include <filesystem>
#include <string>

#include "reprise/record/run_record.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

// The result of checking one run.
struct CheckResult {
  bool held = false;
  bool compared = true;      // false: no reference run or quantity exists, so nothing is claimed
  std::string line = {};     // what was compared and whether it agreed, in one sentence
  std::string details = {};  // the largest differences and the tolerances; "" if not compared
};

// `results` is the directory that contains keras/ and book/. A run that diverged does not hold,
// whatever its data are. Throws Error if a file there is not valid or the experiment is unknown.
CheckResult check_run(const RunRecord& run, const std::filesystem::path& results);

// The comparison with Keras alone: initial weights, batches, and the losses and metrics of every
// epoch. `keras` is a stored run with the same settings. float64 runs must
// agree in every epoch. float32 runs mostly agree until rounding first flips a ReLU's sign; the
// verdict names that epoch. After it, the first epoch, half of the later ones and the evaluation
// must still be within tolerance (tolerances.hpp).
CheckResult check_against_keras(const RunRecord& run, const KerasRun& keras);

// "imdb, seed 42: agrees with Keras 3.15.1: ...".
std::string verdict_line(const RunRecord& run, const CheckResult& verdict);

}  // namespace reprise::book
