// A reader's own training log, in the forms in which Keras leaves it:
//   JSON      a dumped History, {"loss": [...], "val_loss": [...]}, bare or under "history",
//             with "final": {"test_loss": 0.29, "test_acc": 0.88} beside it if there are any
//   Python    the same as Python prints it: {'loss': [0.5, ...]}
//   CSV       the file of keras.callbacks.CSVLogger
//   progress  the lines that fit and evaluate print with verbose=1 or 2
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "repro/training_log/values.hpp"

namespace reprise {

// Reads a log from its text. `name` is that of the file, for messages. Throws Error (exit code 2):
// one line that says what was found and what was expected.
TrainingLog parse_training_log(std::string_view text, const std::string& name);
TrainingLog read_training_log(const std::filesystem::path& file);

}  // namespace reprise
