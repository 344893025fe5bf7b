// Loads stored runs of real Keras (results/keras) and repeats them with the sections' listings.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reprise/nn/runtime.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise::testing {

// A stored run, e.g. "imdb__seed42__x64".
nlohmann::json golden(const std::string& name);

// The name of the data file that the run `wanted` needs, "" if it needs none: stand-in data, or
// points that the listing draws. Whether the file is there.
std::string data_file_of(const nlohmann::json& wanted);
bool has_data_of(const nlohmann::json& wanted);

// `wanted` without the epochs after the first `epochs` and without what was measured after
// training; unchanged if it has several fits or may stop early.
nlohmann::json first_epochs(nlohmann::json wanted, std::size_t epochs);

// Runs the experiment wanted["experiment"] with the seed, data, optimizer, loss, activation and
// number of epochs of `wanted`, or with its flags.
RunRecord record_like(const nlohmann::json& wanted, RuntimeOptions options,
                      bool force_grain_one = false);
// The same as the JSON of a record.
nlohmann::json run_like(const nlohmann::json& wanted, RuntimeOptions options,
                        bool force_grain_one = false);

}  // namespace reprise::testing
