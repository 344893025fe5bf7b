// Downloads the data files of Keras with libcurl.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "reprise/data/files.hpp"

namespace reprise {

// The progress of a download.
struct DownloadStatus {
  std::string name;
  std::uint64_t done = 0;       // bytes, including those of earlier attempts
  std::uint64_t total = 0;      // bytes, 0 while unknown
  double bytes_per_second = 0;  // of the current attempt
  std::string note = {};        // a message for the user, "" if there is only progress
};
// Called for every chunk that arrives (a few thousand times for imdb.npz) and for every note.
using DownloadObserver = std::function<void(const DownloadStatus&)>;

// The URL of the data files: $REPRISE_DATA_URL if it is set and not empty, else the URL that Keras
// uses (keras/src/datasets/*.py). Checksums are verified in both cases.
std::string default_data_url();

struct DownloadOptions {
  std::string base_url = default_data_url();  // http or https; the file name is appended
  bool unverified = false;  // accept any content; never resume, since errors would go undetected
  int attempts = 6;  // repeated after broken connections, timeouts and status 408, 429 and 5xx
  double first_wait = 0.5;      // seconds before the second attempt, doubled for every further one
  double connect_timeout = 15;  // seconds
  double stall_timeout =
      30;  // seconds below 100 bytes/s after which the connection counts as broken
  DownloadObserver observer = {};
};

// Downloads `file` into the existing directory `folder` and returns its path. The file is written
// as NAME.part and renamed when its size and checksum are verified. After a broken connection or an
// interrupt NAME.part stays, and the next call resumes it if the server supports that; a part with
// wrong content is discarded. If two processes download the same file, the second one waits for the
// first.
//
// TLS certificates are verified, and redirects to another scheme than that of the base URL are
// refused. Throws Error with the URL and the reason: exit code 3 if the download fails, 2 if the
// length or checksum is wrong, the directory is not writable or the base URL is invalid.
std::filesystem::path download(const DataFile& file, const std::filesystem::path& folder,
                               const DownloadOptions& options = {});

}  // namespace reprise
