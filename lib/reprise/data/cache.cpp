#include "reprise/data/cache.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "reprise/core/error.hpp"
#include "reprise/data/checksum.hpp"

namespace reprise {

const std::vector<DataFile>& known_data_files() {
  static const std::vector<DataFile> files{
      {"imdb.npz", "sha256", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"},
      {"imdb_word_index.json", "md5", "bfafd718b763782e994055a2d397834f"},
      {"reuters.npz", "sha256", "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"},
      {"reuters_word_index.json", "md5", "4d44cc38712099c9e383dc6e5f11a921"},
      {"boston_housing.npz", "sha256",
       "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"},
      {"mnist.npz", "sha256", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
  };
  return files;
}

DataCache::DataCache(const std::optional<std::filesystem::path>& data_dir) {
  if (data_dir) {
    folders_.push_back(*data_dir);
    return;
  }
  if (const char* keras_home = std::getenv("KERAS_HOME"); keras_home && *keras_home) {
    folders_.push_back(std::filesystem::path(keras_home) / "datasets");
  }
  if (const char* home = std::getenv("HOME"); home && *home) {
    folders_.push_back(std::filesystem::path(home) / ".keras" / "datasets");
  }
}

DataSource DataCache::find(const std::string& name) const {
  const auto& files = known_data_files();
  const auto known = std::find_if(files.begin(), files.end(),
                                  [&](const DataFile& file) { return file.name == name; });
  if (known == files.end()) throw Error(fmt::format("data file '{}': unknown", name));
  for (const auto& folder : folders_) {
    const auto path = folder / name;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;
    const std::string digest = file_digest(path, known->algorithm);
    if (digest != known->digest) {
      throw Error(fmt::format("{}: found {} {}, expected {}", path.string(), known->algorithm,
                              digest, known->digest));
    }
    return {name, path, known->algorithm == "sha256" ? digest : file_digest(path, "sha256")};
  }
  if (folders_.empty()) {
    throw Error(
        fmt::format("data file '{}': HOME and KERAS_HOME are not set, expected --data-dir", name),
        ExitCode::missing);
  }
  std::vector<std::string> looked;
  for (const auto& folder : folders_) looked.push_back(folder.empty() ? "''" : folder.string());
  throw Error(
      fmt::format("data file '{}' not found in: {} (name its folder with --data-dir, or put "
                  "it there as Keras would)",
                  name, fmt::join(looked, ", ")),
      ExitCode::missing);
}

}  // namespace reprise
