// Words for data that are not Keras's own files; every output of such a run carries them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reprise/data/source.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise::book {

inline constexpr const char* kStandinNote =
    "STAND-IN: generated data; nothing of the book has been reproduced";

// Put before a line or a title about a run on these data; "" for a file that Keras accepts.
inline std::string provenance_prefix(const DataRecord& data) {
  if (data.standin) return "STAND-IN: ";
  return data.verified ? "" : "UNVERIFIED DATA: ";
}

// The same of a record's run.
inline std::string provenance_prefix(const nlohmann::json& run) {
  DataRecord data;
  data.standin = run.at("data").at("standin");
  data.verified = run.at("data").value("verified", true);
  return provenance_prefix(data);
}

// What a record keeps of a source of that file name.
inline DataRecord data_record_of(const std::string& name, const DataSource& source) {
  const bool standin = source.origin == Origin::standin;
  return {name, source.sha256, standin, source.origin == Origin::official,
          standin ? kStandinNote : ""};
}

}  // namespace reprise::book
