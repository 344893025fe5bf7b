// Reads JSON files, those of earlier schemas included.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace reprise {

// The document in `file`. Throws Error (exit code 2), which names what was expected, if the file
// cannot be read or is not JSON.
nlohmann::json read_json(const std::filesystem::path& file, std::string_view expected = "JSON");

// Renames a key of an object, for readers of earlier schemas. Does nothing if it has no such key.
template <class Json>
void rename_key(Json& object, const char* from, const char* to) {
  if (!object.contains(from)) return;
  Json value = std::move(object[from]);
  object.erase(from);
  object[to] = std::move(value);
}

}  // namespace reprise
