// Compares a run with real Keras's run of the same seed: initial weights, batches, and the losses
// and metrics of every epoch.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "repro/references/verdict.hpp"

namespace reprise::book {

// `run` is a run of a record, `keras` a stored run (reference_runs.hpp) with the same settings.
// float64 runs must agree in every epoch. float32 runs mostly agree until rounding first flips a
// ReLU's sign; the verdict names that epoch. After it, the first epoch, half of the later ones and
// the evaluation must still be within tolerance (tolerances.hpp).
Verdict check_against_keras(const nlohmann::json& run, const nlohmann::json& keras);

}  // namespace reprise::book
