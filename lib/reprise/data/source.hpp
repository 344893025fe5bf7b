// The origin of the raw arrays of a data set.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace reprise {

enum class Origin {
  official,    // the file that Keras uses; its checksum was verified
  unverified,  // a file with another checksum that the user accepted
  standin,     // no file: generated stand-in data, which reproduce nothing of the book
};

// How long the steps of loading a data set took, in seconds; 0 for steps that were not needed.
struct LoadTimes {
  double verify = 0;   // downloading the file if necessary and verifying its checksum
  double read = 0;     // reading, decompressing and parsing, or generating stand-in data
  double arrange = 0;  // shuffling and filtering as in load_data of Keras
};

struct DataSource {
  std::string name;                 // file name in Keras: "imdb.npz"
  std::filesystem::path path = {};  // empty for stand-in data
  std::string sha256 = {};          // digest of the file; empty for stand-in data
  Origin origin = Origin::official;
  std::string note = {};  // a message for the user, usually ""
  // filled in by load_data
  std::shared_ptr<LoadTimes> times = std::make_shared<LoadTimes>();
};

// A source for a file that the caller trusts.
inline DataSource unverified_source(const std::filesystem::path& file) {
  return {file.filename().string(), file, {}, Origin::unverified};
}

}  // namespace reprise
