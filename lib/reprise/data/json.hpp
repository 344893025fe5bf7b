// The one door for JSON: every text comes in through parse_json() or read_json(), and every
// document goes out through json_text().
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace reprise {

// Whether an object may have a key twice. What is read is then the last one, and the others are
// lost. Google Benchmark writes its users' counters beside its own fields, whatever they are
// called.
enum class RepeatedKeys { refused, allowed };

// Parses a text. Throws Error (exit code 2), a line "`name`: found ..., expected `expected`", if it
// is not one whole JSON document, if it has more than 16 million values or a million lists and
// objects (up to 600 MB in memory), or if it nests these more than 64 deep. (Our deepest document,
// a comparison, nests 8. The JSON library copies and writes documents by recursion, which at
// 100,000 levels ends in a crash.)
template <class Json = nlohmann::json>
Json parse_json(std::string_view text, const std::string& name, std::string_view expected = "JSON",
                RepeatedKeys repeated = RepeatedKeys::refused);

// The document in a regular file of at most 256 MB. Throws Error like parse_json and read_file.
template <class Json = nlohmann::json>
Json read_json(const std::filesystem::path& file, std::string_view expected = "JSON");

// Writes one line, or indents each level by `indent` spaces. Bytes that are not UTF-8 (in command
// lines, file names, messages of programs) become U+FFFD; an exception would lose the document.
template <class Json>
std::string json_text(const Json& document, int indent = -1) {
  return document.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// Renames a key of an object, for readers of earlier schemas. Does nothing if it has no such key.
template <class Json>
void rename_key(Json& object, const char* from, const char* to) {
  if (!object.contains(from)) return;
  Json value = std::move(object[from]);
  object.erase(from);
  object[to] = std::move(value);
}

}  // namespace reprise
