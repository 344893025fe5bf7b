#include "cli/json_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "reprise/core/error.hpp"

namespace reprise::cli {

nlohmann::json read_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  // an ifstream opens a directory without complaint
  if (!in || std::filesystem::is_directory(file)) {
    throw Error(fmt::format("{}: cannot be read", file.string()));
  }
  nlohmann::json document = nlohmann::json::parse(in, nullptr, false);
  if (document.is_discarded()) {
    throw Error(fmt::format("{}: found no whole JSON document, expected JSON", file.string()));
  }
  return document;
}

}  // namespace reprise::cli
