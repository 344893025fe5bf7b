// Where the raw arrays of a data set come from.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace reprise {

enum class Origin {
  official,    // the file that Keras itself accepts: its checksum was verified
  unverified,  // a file of another checksum that the user vouches for
  standin,     // no file: made by the generator of stand-in data; nothing of the book
};

// Where the seconds of a data set go; what was not done takes none.
struct LoadTimes {
  double verify = 0;   // the file's checksum, and its download where there was one
  double read = 0;     // reading, inflating and taking apart, or generating stand-in data
  double arrange = 0;  // shuffling and limiting as Keras's load_data does
};

struct DataSource {
  std::string name;                 // of Keras's file: "imdb.npz"
  std::filesystem::path path = {};  // empty for stand-in data
  std::string sha256 = {};          // of the file; empty for stand-in data
  Origin origin = Origin::official;
  std::string note = {};  // a line that the user should see, "" mostly
  // what load_data took is noted here
  std::shared_ptr<LoadTimes> times = std::make_shared<LoadTimes>();
};

// A file that the caller answers for.
inline DataSource unverified_source(const std::filesystem::path& file) {
  return {file.filename().string(), file, {}, Origin::unverified};
}

}  // namespace reprise
