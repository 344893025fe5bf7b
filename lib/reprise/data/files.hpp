// The data files of Keras: names, sizes and checksums.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reprise {

// A data file with the checksum that Keras verifies (keras/src/datasets/*.py). `algorithm` is
// "sha256" or "md5".
struct DataFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::string algorithm;
  std::string digest;
};

const std::vector<DataFile>& known_data_files();

// The file called `name`. Throws Error (exit code 2) with a suggestion if there is none.
const DataFile& known_data_file(std::string_view name);

// The files of a data set (imdb, reuters, boston_housing, california_housing, mnist), or the one
// file called `name`. Throws Error (exit code 2) with a suggestion if there is none.
std::vector<DataFile> data_files_of(const std::string& name);

}  // namespace reprise
