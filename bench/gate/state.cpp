#include "bench/gate/state.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/compare/state_file.hpp"
#include "bench/gate/decide.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"

namespace reprise::gate {

using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/gate-state/1";

json measured(const std::optional<compare::Measurements>& measurements) {
  return measurements ? compare::to_json(*measurements) : json();
}

std::optional<compare::Measurements> measurements_of(const json& document,
                                                     const std::string& name) {
  if (document.is_null()) return {};
  compare::Measurements found = compare::measurements_from(document, name);
  if (found.contenders.size() == 3) return found;
  throw Error(fmt::format("{}: found rounds of {} contenders, expected BASE, HEAD and BASE again",
                          name, found.contenders.size()));
}

// Looks come after ascending numbers of rounds that were measured.
void require_possible_looks(const std::vector<int>& looks,
                            const std::optional<compare::Measurements>& measured, std::size_t most,
                            const std::string& name) {
  const int rounds = measured ? static_cast<int>(measured->rounds.size()) : 0;
  int before = 0;
  for (const int look : looks) {
    if (look <= before || look > rounds || looks.size() > most) {
      throw Error(
          fmt::format("{}: found {} looks, one after {} of {} rounds, expected those that a "
                      "gate makes",
                      name, looks.size(), look, rounds));
    }
    before = look;
  }
}

}  // namespace

std::string state_key(const GatePlan& plan) {
  compare::ComparisonPlan as_comparison;
  as_comparison.contenders = {plan.base, plan.head};
  as_comparison.invocation = plan.invocation;
  as_comparison.judging.margin = plan.options.margin;
  as_comparison.judging.clock = plan.options.clock;
  as_comparison.level = plan.options.level;
  const json key{{"programs", compare::state_key(as_comparison)},
                 {"screen_level", plan.options.screen_level},
                 {"commits", {plan.base_side.commit, plan.head_side.commit}}};
  return json_text(key);
}

void write_state(const std::filesystem::path& file, const std::string& key,
                 const GateState& state) {
  const json document{{"schema", kSchema},
                      {"key", key},
                      {"seconds", state.seconds},
                      {"min_time", state.min_time},
                      {"warnings", state.warnings},
                      {"screen_looks", state.screen_looks},
                      {"confirm_looks", state.confirm_looks},
                      {"screen", measured(state.screen)},
                      {"fresh", measured(state.fresh)}};
  write_file(file, [&](std::ostream& out) { out << json_text(document) << '\n'; });
}

GateState read_state(const std::filesystem::path& file, const std::string& key) {
  const std::string name = file.string();
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) {
    throw Error(fmt::format("--resume: found no file '{}', expected one written by --state", name));
  }
  try {
    const json document = read_json(file, "the state of a gate");
    const std::string schema = document.is_object() ? document.value("schema", "") : "";
    if (schema != kSchema) {
      throw Error(
          fmt::format("{}: found schema '{}', expected {}", name, printable(schema), kSchema));
    }
    if (document.at("key") != key) {
      throw Error(
          fmt::format("{}: found the state of another gate, expected the same commits, "
                      "unchanged programs and flags",
                      name));
    }
    GateState state;
    state.seconds = document.at("seconds");
    state.min_time = document.at("min_time");
    state.warnings = document.at("warnings").get<std::vector<std::string>>();
    state.screen_looks = document.at("screen_looks").get<std::vector<int>>();
    state.confirm_looks = document.at("confirm_looks").get<std::vector<int>>();
    state.screen = measurements_of(document.at("screen"), name);
    state.fresh = measurements_of(document.at("fresh"), name);
    require_possible_looks(state.screen_looks, state.screen, kScreenLooks.size(), name);
    require_possible_looks(state.confirm_looks, state.fresh, kConfirmLooks.size(), name);
    if (!(state.seconds >= 0) || !(state.min_time > 0) || (state.fresh && !state.screen)) {
      throw Error(
          fmt::format("{}: found {} s of measuring and {} s a benchmark, expected numbers "
                      "that a gate writes",
                      name, state.seconds, state.min_time));
    }
    return state;
  } catch (const json::exception& error) {
    throw Error(fmt::format(
        "{}: found a field that is missing or of another type, expected the state of a gate ({})",
        name, printable(error.what())));
  }
}

}  // namespace reprise::gate
