#include "reprise/data/json.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise {

namespace {

constexpr int kDeepest = 64;                     // nested lists and objects
constexpr std::uintmax_t kLargest = 256u << 20;  // bytes

}  // namespace

template <class Json>
Json parse_json(std::string_view text, const std::string& name, std::string_view expected) {
  using Event = typename Json::parse_event_t;
  const auto check_depth = [&](int depth, Event event, Json&) {
    const bool opens = event == Event::array_start || event == Event::object_start;
    if (!opens || depth < kDeepest) return true;  // `depth` counts the lists and objects around it
    throw Error(fmt::format("{}: found JSON nested deeper than {} levels, expected {}",
                            printable(name), kDeepest, expected));
  };
  try {
    return Json::parse(text, check_depth);
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
