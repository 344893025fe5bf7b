// Where the data sets lie on this machine: Keras's own cache, or a folder that the user names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reprise/data/source.hpp"

namespace reprise {

// A file of Keras's data sets with the checksum that Keras itself verifies
// (keras/src/datasets/*.py). `algorithm` is "sha256" or "md5".
struct DataFile {
  std::string name;
  std::string algorithm;
  std::string digest;
};

const std::vector<DataFile>& known_data_files();

class DataCache {
 public:
  // Looks only into `data_dir` where it is given; else into $KERAS_HOME/datasets, then into
  // ~/.keras/datasets.
  explicit DataCache(const std::optional<std::filesystem::path>& data_dir = {});

  // The data file `name`, verified. Throws Error: exit code 3 if it is in none of the folders (the
  // line lists them), 2 if its checksum is not the expected one.
  DataSource find(const std::string& name) const;

 private:
  std::vector<std::filesystem::path> folders_;
};

}  // namespace reprise
