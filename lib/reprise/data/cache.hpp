// Finds data files in the cache directory of Keras, or in a directory that the user names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reprise/data/download.hpp"
#include "reprise/data/files.hpp"
#include "reprise/data/source.hpp"

namespace reprise {

struct CacheOptions {
  // The only directory to search; by default $KERAS_HOME/datasets and then ~/.keras/datasets.
  std::optional<std::filesystem::path> data_dir = {};
  bool unverified = false;  // accept a wrong checksum; the source is then Origin::unverified
  bool standin = false;     // use no files: every source is Origin::standin
  bool download = false;    // download missing files into the first writable directory
  std::string base_url = default_data_url();
  DownloadObserver observer = {};
};

// The cache of data files that Keras shares with this library.
class KerasCache {
 public:
  explicit KerasCache(CacheOptions options = {});

  // Finds the data file `name`, downloads it if necessary, and verifies its checksum. Throws Error:
  // exit code 3 if the file is in none of the directories and cannot be downloaded; exit code 2 if
  // `name` is not a known data file, its checksum is wrong, or it should be downloaded and no
  // directory is writable.
  DataSource find(const std::string& name) const;

  bool standin() const { return options_.standin; }

  // The path of the file without verifying it; empty if it is in none of the directories.
  std::optional<std::filesystem::path> locate(const std::string& name) const;

  // The directories in search order.
  const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  DataSource verified(const DataFile& file, const std::filesystem::path& path) const;
  DataSource fetched(const DataFile& file) const;

  CacheOptions options_;
  std::vector<std::filesystem::path> folders_;
};

}  // namespace reprise
