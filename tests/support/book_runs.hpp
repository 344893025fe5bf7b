// Real Keras's stored runs (results/keras), and the sections' own listings run like them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reprise/nn/runtime.hpp"

namespace reprise::testing {

// A stored run, e.g. "imdb__seed42__x64".
nlohmann::json golden(const std::string& name);

// Keras's data file that the run `wanted` needs.
std::string data_file_of(const nlohmann::json& wanted);

// The experiment wanted["experiment"] with its seed, optimizer, loss and activation and as many
// epochs as its history has, as a run of a record.
nlohmann::json run_like(const nlohmann::json& wanted, RuntimeOptions options,
                        bool force_grain_one = false);

}  // namespace reprise::testing
