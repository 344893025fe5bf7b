#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/compare/report.hpp"
#include "bench/suite/report.hpp"
#include "reprise/core/error.hpp"

namespace reprise::suite {

using nlohmann::json;

namespace {

// "openmp, 2 threads, active" -> {"backend": "openmp", "threads": "2", "wait_policy": "active"}.
// Names without a wait policy were passive; "bench_data" has no backend.
json configuration_of(const std::string& display_name) {
  json configuration{{"wait_policy", display_name.ends_with(", active") ? "active" : "passive"}};
  const auto comma = display_name.find(", ");
  if (comma == std::string::npos) return configuration;
  const std::string rest = display_name.substr(comma + 2);
  configuration["backend"] = display_name.substr(0, comma);
  configuration["threads"] = rest.substr(0, rest.find(' '));
  return configuration;
}

}  // namespace

json upgrade_bench_1(json document, const std::string& name) {
  try {
    document["schema"] = "reprise/bench/2";
    for (json& part : document.at("parts")) {
      part["comparison"] = compare::upgrade_comparison_1(part.at("comparison"), name);
      json& contenders = part["comparison"]["measurements"]["contenders"];
      for (json& contender : contenders) {
        contender["configuration"] = configuration_of(contender.at("name"));
      }
      // the last contender is the control
      const PartKind kind = kind_of(part.at("name"), contenders.size() - 1);
      part["kind"] = name_of(kind);
      part["about"] = about_part(part.at("name"));
      part.erase("pairs");
    }
    // the first versions did not write it
    if (!document.contains("failures")) document["failures"] = json::array();
    return document;
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: found a result of schema 1 that lacks something ({})", name,
                            printable(error.what())));
  }
}

}  // namespace reprise::suite
