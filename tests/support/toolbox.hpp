// Small runs of real Keras, one for every part of a network (tools/keras/toolbox.py), read into the
// library's own types.
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

// The rows of toolbox()["data"][name] as a matrix; a list of numbers is a column.
Matrix<double> toolbox_array(const std::string& name);

// The case's y: one-hot rows, class numbers, ...
Matrix<double> toolbox_targets(const nlohmann::json& wanted);

std::vector<Layer> layers_of(const nlohmann::json& wanted);
CompileOptions compile_options_of(const nlohmann::json& wanted);
EarlyStoppingOptions early_stopping_of(const nlohmann::json& described);

}  // namespace reprise::testing
