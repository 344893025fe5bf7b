// Reads records of schema reprise/run/1.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace reprise {

// A record of schema reprise/run/1 kept every setting as a text: {"units": "16, 16",
// "kernel_regularizer": "l1_l2 0.0001 0.0001", "all_training_rows": "no"}. Returns the typed
// settings of reprise/run/2: {"units": [16, 16], "kernel_regularizer": {"name": "l1_l2",
// "l1": 0.0001, "l2": 0.0001}, "all_training_rows": false}. A text that does not have the expected
// form stays a text; the reader then rejects it as it rejects any setting of the wrong type.
nlohmann::json settings_of_run_1(const nlohmann::json& texts);

}  // namespace reprise
