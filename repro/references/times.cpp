#include "repro/references/times.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

namespace reprise::book {

using nlohmann::json;

namespace {

// Times are optional in a record, so a missing or malformed one is not an error.
json object_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : json::object();
}

std::string seconds_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? fmt::format("{:.3f}", found->get<double>())
                                                     : "-";
}

}  // namespace

void print_times(std::ostream& out, const std::vector<json>& runs) {
  constexpr const char* kRow = "{:<18} {:>10} {:>7} {:>8} {:>7} {:>8} {:>10} {:>8} {:>9} {:>8}\n";
  out << fmt::format(kRow, "seconds", "seed", "load:", "verify", "read", "arrange", "vectorize",
                     "fit", "evaluate", "run");
  for (const json& run : runs) {
    const json seconds = object_in(run, "seconds");
    const json steps = object_in(seconds, "load_steps");
    out << fmt::format(kRow, run.at("experiment").get<std::string>(), run.at("seed").dump(),
                       seconds_in(seconds, "load"), seconds_in(steps, "verify"),
                       seconds_in(steps, "read"), seconds_in(steps, "arrange"),
                       seconds_in(steps, "vectorize"), seconds_in(seconds, "fit"),
                       seconds_in(seconds, "evaluate"), seconds_in(seconds, "run"));
  }
}

}  // namespace reprise::book
