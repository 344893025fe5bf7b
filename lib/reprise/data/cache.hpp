// Where the data sets lie on this machine: Keras's own cache, or a folder that the user names.
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
  // The only folder where it is given; else $KERAS_HOME/datasets, then ~/.keras/datasets.
  std::optional<std::filesystem::path> data_dir = {};
  bool unverified = false;  // take a file of another checksum as Origin::unverified, with a note
  bool standin = false;     // no files: every source is Origin::standin
  bool download = false;    // fetch what is missing into the first folder that can be written
  std::string base_url = default_data_url();
  DownloadObserver observer = {};
};

class KerasCache {
 public:
  explicit KerasCache(CacheOptions options = {});

  // The data file `name`, verified. Throws Error: exit code 3 if it is in none of the folders (the
  // line lists them) and cannot be fetched (the line says why), 2 if `name` is no data file, if its
  // checksum is not the expected one, or if it would be fetched and no folder can be written.
  DataSource find(const std::string& name) const;

  bool standin() const { return options_.standin; }

  // Where a file of that name lies, whatever is in it; nothing if it is in none of the folders.
  std::optional<std::filesystem::path> locate(const std::string& name) const;

  // The folders in the order in which they are looked into.
  const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  DataSource verified(const DataFile& file, const std::filesystem::path& path) const;
  DataSource fetched(const DataFile& file) const;

  CacheOptions options_;
  std::vector<std::filesystem::path> folders_;
};

}  // namespace reprise
