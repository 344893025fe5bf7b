#include "reprise/record/run_upgrade.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace reprise {

using nlohmann::json;

namespace {

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + separator.size(), text.size()));
  }
  return parts;
}

// The number, or the text itself if it is none.
template <class Number>
json number(const std::string& text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end ? json(value) : json(text);
}

json units(const std::string& text) {
  json list = json::array();
  for (const std::string& part : split(text, ", ")) list.push_back(number<std::uint64_t>(part));
  return list;
}

// "l1 0.0001", "l2 0.001", "l1_l2 0.0001 0.0001" or "none".
json regularizer(const std::string& text) {
  if (text == "none") return nullptr;
  const std::vector<std::string> parts = split(text, " ");
  const std::vector<std::string> factors =
      parts.front() == "l1_l2" ? std::vector<std::string>{"l1", "l2"} : std::vector{parts.front()};
  if (parts.size() != factors.size() + 1) return text;
  json object{{"name", parts.front()}};
  for (std::size_t i = 0; i < factors.size(); ++i)
    object[factors[i]] = number<double>(parts[i + 1]);
  return object;
}

// "accuracy, top_k_categorical_accuracy 3".
json metrics(const std::string& text) {
  json list = json::array();
  for (const std::string& metric : split(text, ", ")) {
    const std::size_t space = metric.find(' ');
    if (space == std::string::npos) {
      list.push_back(metric);
    } else {
      list.push_back({{"name", metric.substr(0, space)},
                      {"k", number<std::uint64_t>(metric.substr(space + 1))}});
    }
  }
  return list;
}

json truth(const std::string& text) {
  return text == "yes" ? json(true) : text == "no" ? json(false) : json(text);
}

}  // namespace

json settings_of_run_1(const json& texts) {
  json settings = texts;
  const auto upgrade = [&](const char* name, json (*typed)(const std::string&)) {
    const auto found = settings.find(name);
    if (found == settings.end() || !found->is_string()) return;
    *found = typed(found->get<std::string>());
  };
  upgrade("units", units);
  upgrade("kernel_regularizer", regularizer);
  upgrade("metrics", metrics);
  upgrade("all_training_rows", truth);
  for (const char* name : {"epochs", "batch_size"}) upgrade(name, number<std::uint64_t>);
  for (const char* name : {"dropout", "validation_split", "smoothing"}) {
    upgrade(name, number<double>);
  }
  return settings;
}

}  // namespace reprise
