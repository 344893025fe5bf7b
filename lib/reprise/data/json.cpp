#include "reprise/data/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise {

namespace {

constexpr int kDeepest = 64;                     // nested lists and objects
constexpr std::uintmax_t kLargest = 256u << 20;  // bytes

// The deepest nesting of lists and objects in a text that is JSON. (The JSON library would count
// for us in a callback, but with one a list of 300,000 entries takes it 20 s.)
int depth_of(std::string_view text) {
  int depth = 0, deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

template <class Json>
Json parse_json(std::string_view text, const std::string& name, std::string_view expected) {
  if (depth_of(text) > kDeepest) {
    throw Error(fmt::format("{}: found JSON nested deeper than {} levels, expected {}",
                            printable(name), kDeepest, expected));
  }
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: found no whole JSON document, expected {} ({})", printable(name),
                            expected, printable(error.what())));
  }
}

template <class Json>
Json read_json(const std::filesystem::path& file, std::string_view expected) {
  return parse_json<Json>(read_file(file, kLargest), file.string(), expected);
}

template nlohmann::json parse_json(std::string_view, const std::string&, std::string_view);
template nlohmann::ordered_json parse_json(std::string_view, const std::string&, std::string_view);
template nlohmann::json read_json(const std::filesystem::path&, std::string_view);
template nlohmann::ordered_json read_json(const std::filesystem::path&, std::string_view);

}  // namespace reprise
