// Reads what Keras's fit and evaluate print.
#pragma once

#include <string>
#include <string_view>

#include "repro/training_log/values.hpp"

namespace reprise::training_log {

// Whether the text has a line with " - loss: ".
bool has_progress_lines(std::string_view text);

// The last state of each epoch's bar, and the bars outside of epochs as evaluations. Throws Error
// that begins with `name` if an epoch is missing or ends before its last step or without values, or
// if epochs differ in their names.
TrainingLog parse_progress_lines(std::string_view text, const std::string& name);

}  // namespace reprise::training_log
