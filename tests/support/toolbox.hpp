// Converts the small runs of real Keras (tools/keras/toolbox.py) to the types of the library.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reprise/nn/early_stopping.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise::testing {

// tests/nn/fixtures/toolbox.json
const nlohmann::json& toolbox();

// The array toolbox()["data"][name] as a matrix; a list of numbers becomes one column.
Matrix<double> toolbox_array(const std::string& name);

// The targets of a case: one-hot rows, class indices, ...
Matrix<double> toolbox_targets(const nlohmann::json& wanted);

std::vector<Layer> layers_of(const nlohmann::json& wanted);
CompileOptions compile_options_of(const nlohmann::json& wanted);
EarlyStoppingOptions early_stopping_of(const nlohmann::json& described);

}  // namespace reprise::testing
