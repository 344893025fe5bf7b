// One HTTP request for a data file, by libcurl: what download() repeats.
#pragma once

#include <cstdint>
#include <string>

#include "reprise/core/exit_code.hpp"
#include "reprise/data/download.hpp"
#include "reprise/data/part_file.hpp"

namespace reprise {

// http or https and the host's address, checked. Throws Error (exit code 2).
void check_base_url(const std::string& base_url);
// The address of a file under it.
std::string url_of(const std::string& base_url, const std::string& name);

// How a request ended that did not fail for good.
struct TransferEnd {
  bool complete = false;
  std::string reason = {};  // of the failure, where it is not complete: a further attempt may help
  ExitCode code = ExitCode::missing;
};

// Asks for what `part` lacks and appends it; begins anew where the server sends the whole file.
// Throws Error, as download() does, for what no further attempt would change.
TransferEnd transfer(const DataFile& file, PartFile& part, const DownloadOptions& options);

}  // namespace reprise
