#include "reprise/record/json_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "reprise/core/error.hpp"

namespace reprise {

nlohmann::json read_json(const std::filesystem::path& file, std::string_view expected) {
  std::ifstream in(file);
  // an ifstream opens a directory without complaint
  if (!in || std::filesystem::is_directory(file)) {
    throw Error(fmt::format("{}: cannot be read", file.string()));
  }
  nlohmann::json document = nlohmann::json::parse(in, nullptr, false);
  if (document.is_discarded()) {
    throw Error(
        fmt::format("{}: found no whole JSON document, expected {}", file.string(), expected));
  }
  return document;
}

}  // namespace reprise
