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
// In memory a number takes up to 32 bytes and a list or object about 100, however short its text
// is. A record of a thousand runs of boston_kfold_500, the largest one known, has 8 million numbers
// in 30,000 lists.
constexpr std::size_t kMostValues = 16'000'000, kMostLists = 1'000'000;

// What a text that is JSON would take. (The JSON library would tell the depth in a callback, but
// with one a list of 300,000 entries takes it 20 s.)
struct Extent {
  int depth = 0;
  std::size_t values = 0, lists = 0;
};

Extent extent_of(std::string_view text) {
  Extent extent;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++extent.lists;
      extent.depth = std::max(extent.depth, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',') {
      ++extent.values;
    }
  }
  return extent;
}

}  // namespace

template <class Json>
Json parse_json(std::string_view text, const std::string& name, std::string_view expected) {
  const Extent extent = extent_of(text);
  const auto refuse = [&](const std::string& found) {
    throw Error(fmt::format("{}: found {}, expected {}", printable(name), found, expected));
  };
  if (extent.depth > kDeepest) {
    refuse(fmt::format("JSON nested deeper than {} levels", kDeepest));
  }
  if (extent.values > kMostValues || extent.lists > kMostLists) {
    refuse(fmt::format("JSON of more than {} values or {} lists", kMostValues, kMostLists));
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
