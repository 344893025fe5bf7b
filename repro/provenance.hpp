// Marks the output of runs whose data are not Keras's own files.
#pragma once

#include <string>

#include "reprise/data/source.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise::book {

inline constexpr const char* kStandinNote =
    "STAND-IN: generated data; nothing of the book has been reproduced";

// Returns the prefix of every line and title about a run on these data; "" if Keras accepts the
// file.
inline std::string provenance_prefix(const DataRecord& data) {
  if (data.standin) return "STAND-IN: ";
  return data.verified ? "" : "UNVERIFIED DATA: ";
}

// Returns what a record keeps about `source`, which was read from the file `name`.
inline DataRecord data_record_of(const std::string& name, const DataSource& source) {
  const bool standin = source.origin == Origin::standin;
  return {name, source.sha256, standin, source.origin == Origin::official,
          standin ? kStandinNote : ""};
}

}  // namespace reprise::book
