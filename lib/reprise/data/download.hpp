// Fetches Keras's data files by libcurl.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "reprise/data/files.hpp"

namespace reprise {

// How far a file is.
struct DownloadStatus {
  std::string name;
  std::uint64_t done = 0;       // bytes, with those of an earlier attempt
  std::uint64_t total = 0;      // bytes, 0 while unknown
  double bytes_per_second = 0;  // since the present attempt began
  std::string note = {};        // a line for the user, "" for mere progress
};
// Called for every piece that arrives (a few thousand times for imdb.npz) and for every note.
using DownloadObserver = std::function<void(const DownloadStatus&)>;

// Where Keras gets its files: $REPRISE_DATA_URL if that is set and not empty, else Keras's own
// address (keras/src/datasets/*.py). Checksums are verified wherever a file comes from.
std::string default_data_url();

struct DownloadOptions {
  std::string base_url = default_data_url();  // http or https; the file's name is put behind it
  bool unverified = false;      // take any content; nothing is resumed, for nothing could tell
  int attempts = 6;             // after cuts, timeouts and answers 408, 429 and 5xx
  double first_wait = 0.5;      // seconds before the second attempt, doubled for each further one
  double connect_timeout = 15;  // seconds
  double stall_timeout = 30;    // seconds with less than 100 bytes/s that count as a cut
  DownloadObserver observer = {};
};

// Fetches `file` into `folder`, which has to be there, and returns its path. It takes its name when
// its size and checksum are right, not before; until then it is NAME.part, which stays after a cut
// or an interrupt and is resumed by the next call where the server allows (a wrong one is thrown
// away). Of two processes at once the second waits and finds the first one's file.
//
// TLS is verified; redirects to another scheme than the base URL's are refused. Throws Error with
// URL and reason: exit code 3 if the file cannot be had, 2 if its length or checksum is wrong
// (found, expected), the folder cannot be written or the base URL is none.
std::filesystem::path download(const DataFile& file, const std::filesystem::path& folder,
                               const DownloadOptions& options = {});

}  // namespace reprise
