#include "reprise/record/run_1.hpp"

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"

namespace reprise {

using nlohmann::json;

namespace {

// The document that the text is, or null.
json parsed(const std::string& text) {
  try {
    return parse_json(text, "settings");
  } catch (const Error&) {
    return nullptr;
  }
}

// The number, or the text itself if it is none of that kind.
json whole_number(const std::string& text) {
  const json value = parsed(text);
  return value.is_number_unsigned() ? value : json(text);
}
json number(const std::string& text) {
  const json value = parsed(text);
  return value.is_number() ? json(value.get<double>()) : json(text);
}

// "16, 16".
json units(const std::string& text) {
  const json list = parsed("[" + text + "]");
  return list.is_array() ? list : json(text);
}

// "l1 0.0001", "l2 0.001", "l1_l2 0.0001 0.0001" or "none".
json regularizer(const std::string& text) {
  if (text == "none") return nullptr;
  std::istringstream in(text);
  std::string name, factor;
  in >> name;
  json object{{"name", name}};
  for (const char* key : {"l1", "l2"}) {
    if (name != key && name != "l1_l2") continue;
    if (!(in >> factor)) return text;
    object[key] = number(factor);
  }
  return object.size() > 1 && in.eof() ? object : json(text);
}

// "accuracy, top_k_categorical_accuracy 3".
json metrics(const std::string& text) {
  json list = json::array();
  std::istringstream in(text);
  for (std::string metric; std::getline(in >> std::ws, metric, ',');) {
    const std::size_t space = metric.find(' ');
    if (space == std::string::npos) {
      list.push_back(metric);
    } else {
      list.push_back(
          {{"name", metric.substr(0, space)}, {"k", whole_number(metric.substr(space + 1))}});
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
  for (const char* name : {"epochs", "batch_size"}) upgrade(name, whole_number);
  for (const char* name : {"dropout", "validation_split", "smoothing"}) {
    upgrade(name, number);
  }
  return settings;
}

}  // namespace reprise
