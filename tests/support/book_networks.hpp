// The book's experiments, first edition, built straight from the library: what real Keras's stored
// runs (results/keras) are compared with.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reprise/nn/process.hpp"

namespace reprise::testing {

// A stored run of results/keras, e.g. "imdb__seed42__x64".
nlohmann::json golden(const std::string& name);

// Keras's data file that the run `wanted` needs.
std::string data_file_of(const nlohmann::json& wanted);

// The experiment wanted["experiment"] with its seed, optimizer, loss and activation and as many
// epochs as its history has, as a record (record/run_record.hpp).
nlohmann::json run_like(const nlohmann::json& wanted, ProcessOptions options);

}  // namespace reprise::testing
