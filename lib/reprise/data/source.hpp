// Where the raw arrays of a data set come from.
#pragma once

#include <filesystem>
#include <string>

namespace reprise {

enum class Origin {
  official,    // the file that Keras itself accepts: its checksum was verified
  unverified,  // a file of another checksum that the user vouches for
  standin,     // no file: made by the generator of stand-in data; nothing of the book
};

struct DataSource {
  std::string name;                 // of Keras's file: "imdb.npz"
  std::filesystem::path path = {};  // empty for stand-in data
  std::string sha256 = {};          // of the file; empty for stand-in data
  Origin origin = Origin::official;
  std::string note = {};  // a line that the user should see, "" mostly
};

// A file that the caller answers for.
inline DataSource unverified_source(const std::filesystem::path& file) {
  return {file.filename().string(), file, {}, Origin::unverified};
}

}  // namespace reprise
