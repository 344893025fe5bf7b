// The numbers of a reader's own run, as --mine takes them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "repro/training_log/values.hpp"

namespace reprise::book {

struct OwnNumber {
  std::string name;      // as number_of in stored_runs.hpp takes it
  PrintedValue printed;  // finite; with the decimals that the reader gave
  double value() const { return *printed.value; }
};

struct OwnResult {
  std::string source;                // "--mine", or the file, for messages
  std::string experiment;            // "" if a log does not name it
  std::size_t epochs = 0;            // of a log; 0: unknown
  std::size_t announced_epochs = 0;  // that the log says will follow; 0: unknown
  std::vector<OwnNumber> numbers;
};

// Reads "imdb_final test_accuracy=.8731 test_loss=.30": the name of an experiment and at least one
// number; "87.31%" is .8731. Or the name of a file with a log (training_log.hpp), of which each
// value of each epoch and each evaluation is a number, except learning rates. Names become those of
// the stored runs (common_name). Throws Error (exit code 2): one line
// that says what was found and what was expected.
OwnResult read_own_result(const std::string& text);

}  // namespace reprise::book
