// A single HTTP request for a data file with libcurl, which download() repeats on failure.
#pragma once

#include <cstdint>
#include <string>

#include "reprise/core/exit_code.hpp"
#include "reprise/data/download.hpp"
#include "reprise/data/part_file.hpp"

namespace reprise {

// Throws Error (exit code 2) if `base_url` is not a valid http or https URL.
void check_base_url(const std::string& base_url);
// The URL of the file `name` below `base_url`.
std::string url_of(const std::string& base_url, const std::string& name);

// The outcome of a request that did not fail permanently.
struct TransferEnd {
  bool complete = false;
  std::string reason = {};  // why it is not complete; another attempt may help
  ExitCode code = ExitCode::missing;
};

// Requests the missing rest of `part` and appends it; starts over if the server sends the complete
// file. Throws Error, as download() does, for failures that another attempt would not change.
TransferEnd transfer(const DataFile& file, PartFile& part, const DownloadOptions& options);

}  // namespace reprise
