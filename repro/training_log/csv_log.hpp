// Reads the files of keras.callbacks.CSVLogger.
#pragma once

#include <string>
#include <string_view>

#include "repro/training_log/values.hpp"

namespace reprise::training_log {

// Whether the first line names a column "epoch" among others.
bool is_csv_log(std::string_view text);

// The columns but "epoch", whose numbers have to follow one another. Throws Error that begins with
// `name` and the line.
TrainingLog parse_csv_log(std::string_view text, const std::string& name);

}  // namespace reprise::training_log
