// A run beside real Keras's of the same seed: equal kernels, equal batches, and how far its numbers
// are from Keras's, epoch by epoch.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "repro/references/check.hpp"

namespace reprise::book {

// `run` is one of a record, `keras` a stored run (stored.hpp) of the same settings. float64 has to
// agree in every epoch. float32 mostly does until rounding turns a ReLU and sends it another
// way, which the line tells; then the first epoch, the bulk of the later ones and the evaluation
// have to be near.
Verdict against_keras(const nlohmann::json& run, const nlohmann::json& keras);

}  // namespace reprise::book
