#include "bench/compare/state_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/comparison-state/6";

std::string fingerprint(const std::filesystem::path& program) {
  struct stat status {};
  if (stat(program.c_str(), &status) != 0) return "";
  return fmt::format("{} {}.{:09}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

// The programs of a command: the first word, and every other one that is a program's path, as in
// "env A=1 ./program". Assignments before the first word belong to the shell.
std::vector<std::filesystem::path> programs_of(const Contender& contender) {
  const auto words =
      contender.kind == Kind::shell ? shell_words(contender.text) : contender.command.arguments;
  std::vector<std::filesystem::path> programs;
  bool is_first = true;
  for (const std::string& word : words) {
    if (is_first && is_assignment(word)) continue;
    if (is_first || word.find('/') != std::string::npos) programs.push_back(find_program(word));
    is_first = false;
  }
  return programs;
}

// Throws Error for numbers that no comparison writes.
void require_possible(const State& state, double longest, const std::string& name) {
  const auto refuse = [&](const char* field, double found, const std::string& expected) {
    throw Error(fmt::format("{}: found {} {}, expected {}", name, field, found, expected));
  };
  if (!(state.min_time > 0 && state.min_time <= longest)) {
    refuse("min_time", state.min_time, fmt::format("above 0, at most {}", longest));
  }
  if (!(state.seconds >= 0)) refuse("seconds", state.seconds, "at least 0");
  if (state.planned_rounds < 1) refuse("planned_rounds", state.planned_rounds, "at least 1");
}

}  // namespace

std::string state_key(const ComparisonPlan& plan) {
  json key{{"level", plan.level},
           {"margin", plan.judging.margin},
           {"clock", name_of(plan.judging.clock)},
           {"min_time", plan.invocation.min_time},
           {"repetitions", plan.invocation.repetitions},
           {"filter", plan.invocation.filter},
           {"all_rounds", plan.all_rounds},
           {"drop_decided", plan.drop_decided},
           {"test", name_of(plan.judging.test)},
           {"machine", machine_id()},
           {"contenders", json::array()}};
  for (const Contender& contender : plan.contenders) {
    json programs = json::array();
    for (const auto& program : programs_of(contender)) programs.push_back(fingerprint(program));
    // the folder in which a program keeps its samples does not change what it measures
    std::vector<std::string> arguments = contender.command.arguments;
    std::erase_if(arguments, [](const auto& text) { return text.starts_with("--kept="); });
    key["contenders"].push_back(
        {arguments, contender.command.environment, programs, contender.group});
  }
  return json_text(key);
}

void write_state(const std::filesystem::path& file, const std::string& key, const State& state) {
  const Looks& looks = state.ledger.planned;
  json made = json::array();
  for (const LookMade& look : state.ledger.made) made.push_back({look.rounds, look.alpha});
  const json document{{"schema", kSchema},
                      {"key", key},
                      {"planned_rounds", state.planned_rounds},
                      {"looks",
                       {{"level", looks.level},
                        {"rounds", looks.rounds},
                        {"alpha_spent", looks.alpha_spent},
                        {"made", made}}},
                      {"seconds", state.seconds},
                      {"min_time", state.min_time},
                      {"noise_warnings", state.noise_warnings},
                      {"measurements", to_json(state.measurements)}};
  write_file(file, [&](std::ostream& out) { out << json_text(document) << '\n'; });
}

State read_state(const std::filesystem::path& file, const std::string& key, double longest) {
  const std::string name = file.string();
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) {
    throw Error(fmt::format("--resume: found no file '{}', expected one written by --state", name));
  }
  try {
    const json document = read_json(file, "the state of a comparison");
    const std::string schema = document.is_object() ? document.value("schema", "") : "";
    if (schema != kSchema) {
      throw Error(
          fmt::format("{}: found schema '{}', expected {}: only the version of reprise that "
                      "started a comparison can resume it",
                      name, printable(schema), kSchema));
    }
    if (document.at("key") != key) {
      throw Error(
          fmt::format("{}: found the state of another comparison, expected the same machine, "
                      "programs, unchanged files and flags",
                      name));
    }
    const json& looks = document.at("looks");
    // Member by member: if a later initializer of an aggregate throws, g++ 12 destroys the nested
    // aggregates before it twice.
    State state;
    state.ledger.planned = looks_from(looks, looks.at("level"), name);
    state.measurements = measurements_from(document.at("measurements"), name);
    state.planned_rounds = document.at("planned_rounds");
    state.seconds = document.at("seconds");
    state.min_time = document.at("min_time");
    state.noise_warnings = document.at("noise_warnings");
    for (const json& look : looks.at("made")) {
      state.ledger.made.push_back({look.at(0), look.at(1)});
    }
    require_possible(state, longest, name);
    return state;
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found a field that is missing or of another type, expected the "
                    "state of a comparison ({})",
                    name, printable(error.what())));
  }
}

}  // namespace reprise::compare
