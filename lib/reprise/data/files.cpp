#include "reprise/data/files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"

namespace reprise {

// Keras does not list sizes; these are the sizes of the files with its checksums.
const std::vector<DataFile>& known_data_files() {
  static const std::vector<DataFile> files{
      {"imdb.npz", 17464789, "sha256",
       "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"},
      {"imdb_word_index.json", 1641221, "md5", "bfafd718b763782e994055a2d397834f"},
      {"reuters.npz", 2110848, "sha256",
       "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"},
      {"reuters_word_index.json", 550378, "md5", "4d44cc38712099c9e383dc6e5f11a921"},
      {"boston_housing.npz", 57026, "sha256",
       "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"},
      {"california_housing.npz", 743530, "sha256",
       "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"},
      {"mnist.npz", 11490434, "sha256",
       "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
  };
  return files;
}

namespace {

Error unknown_file(std::string_view name, const std::vector<std::string>& known) {
  return Error(
      fmt::format("data file '{}': unknown{}", printable(name), did_you_mean(name, known)));
}

}  // namespace

const DataFile& known_data_file(std::string_view name) {
  const auto& files = known_data_files();
  const auto known = std::ranges::find(files, name, &DataFile::name);
  if (known != files.end()) return *known;
  std::vector<std::string> names;
  for (const DataFile& file : files) names.push_back(file.name);
  throw unknown_file(name, names);
}

std::vector<DataFile> data_files_of(const std::string& name) {
  std::vector<DataFile> chosen;
  std::vector<std::string> names;
  for (const DataFile& file : known_data_files()) {
    const std::string set = file.name.substr(0, file.name.find('.'));
    const std::string dataset = set.substr(0, set.find("_word_index"));
    if (name == file.name || name == dataset) chosen.push_back(file);
    if (dataset == set) names.push_back(dataset);
    names.push_back(file.name);
  }
  if (chosen.empty()) {
    throw unknown_file(name, names);
  }
  return chosen;
}

}  // namespace reprise
