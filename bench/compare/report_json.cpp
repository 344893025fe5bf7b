#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/compare/report.hpp"
#include "bench/compare/schema_1.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/comparison/2";

json number(double value) { return std::isfinite(value) ? json(value) : json(); }

// What every verdict has; a row that failed has no numbers.
json verdict_fields(const Verdict& row) {
  const auto shown = [&](double value) {
    return row.label == Label::failed ? json() : number(value);
  };
  json out{{"verdict", name_of(row.label)},
           {"ratio", shown(row.ratio)},
           {"low", shown(row.low)},
           {"high", shown(row.high)},
           {"p", shown(row.p)},
           {"p_holm", shown(row.adjusted_p)},
           {"minimum_detectable_effect", shown(row.minimum_detectable_effect)},
           {"different_bits", row.different_bits},
           {"bits_vary", row.bits_vary}};
  if (!row.error.empty()) out["error"] = row.error;
  return out;
}

// The control kernel's time: of the rounds, else of the contender's own row, or none.
double control_time(const Measurements& m, std::size_t contender, Clock clock) {
  if (const double time = m.control_time(); std::isfinite(time)) return time;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    if (is_control(m.benchmarks[r])) return m.median_time(contender, r, clock);
  }
  return std::nan("");
}

json to_json(const Verdict& row, const Measurements& m, const JudgeOptions& judging) {
  json out = verdict_fields(row);
  out["benchmark"] = m.benchmarks[row.benchmark];
  out["contender"] = m.contenders[row.contender].name;
  out["time_ns"] = number(m.shown_time(row.contender, row.benchmark, judging.clock));
  out["cpu_ns"] = number(m.shown_time(row.contender, row.benchmark, Clock::cpu_time));
  out["implementation"] = m.details[row.contender][row.benchmark].label;
  const double control = control_time(m, row.contender, judging.clock);
  if (std::isfinite(control)) {
    out["by_control"] = number(m.shown_time(row.contender, row.benchmark, judging.clock) / control);
  }
  return out;
}

}  // namespace

json to_json(const UnpairedComparison& c) {
  json rows = json::array();
  for (const Verdict& row : c.verdicts) {
    json out = verdict_fields(row);
    out["benchmark"] = c.benchmarks[row.benchmark];
    out["repetitions"] = c.fewest_repetitions[row.benchmark];
    rows.push_back(out);
  }
  return {{"schema", "reprise/files/2"},
          {"created", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
          {"files", c.files},
          {"level", c.options.level},
          {"drift", c.options.drift},
          {"margin", c.options.judging.margin},
          {"clock", name_of(c.options.judging.clock)},
          {"warnings", c.warnings},
          {"extra_rows", c.left_out},
          {"verdicts", rows}};
}

json to_json(const Comparison& c) {
  json rows = json::array();
  for (const Verdict& row : c.judgement.verdicts) {
    rows.push_back(to_json(row, c.measurements, c.judging));
  }
  const ControlVerdict& control = c.judgement.control;
  return {
      {"schema", kSchema},
      {"created", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
      {"environment", environment()},
      {"commands", c.commands},
      {"level", c.looks.level},
      {"margin", c.judging.margin},
      {"clock", name_of(c.judging.clock)},
      {"looks", {{"rounds", c.looks.rounds}, {"alpha_spent", c.looks.alpha_spent}}},
      {"judged", {{"rounds", c.judgement.rounds}, {"alpha", c.judgement.alpha}}},
      {"seconds", c.seconds},
      {"stopped_early", c.stopped_early},
      {"out_of_time", c.out_of_time},
      {"failure", c.failure ? json(c.failure->what()) : json()},
      {"control_kernel_ns", number(c.measurements.control_time())},
      {"noise_warnings", c.noise_warnings},
      {"control",
       {{"ratio", number(control.ratio)},
        {"low", number(control.low)},
        {"high", number(control.high)},
        {"called_different", control.called_different},
        {"rows", control.benchmarks},
        {"median_minimum_detectable_effect", number(control.median_minimum_detectable_effect)},
        {"largest_minimum_detectable_effect", number(control.largest_minimum_detectable_effect)},
        {"least_sensitive_benchmark", control.least_sensitive_benchmark}}},
      {"verdicts", rows},
      {"measurements", compare::to_json(c.measurements)}};
}

Comparison comparison_from(const json& document, const std::string& name) {
  if (document.is_object() && document.value("schema", "") == "reprise/comparison/1") {
    return comparison_from(upgrade_comparison_1(document, name), name);
  }
  if (!document.is_object() || document.value("schema", "") != kSchema) {
    throw Error(fmt::format("{}: found no comparison, expected schema {}", name, kSchema));
  }
  try {
    Comparison c;
    c.commands = document.at("commands");
    c.measurements = measurements_from(document.at("measurements"), name);
    c.looks = looks_from(document.at("looks"), document.at("level"), name);
    c.judging = {document.at("margin"),
                 document.at("clock") == "real_time" ? Clock::real_time : Clock::cpu_time};
    c.seconds = document.at("seconds");
    c.stopped_early = document.at("stopped_early");
    c.out_of_time = document.at("out_of_time");
    c.noise_warnings = document.at("noise_warnings");
    if (const auto failure = document.find("failure");
        failure != document.end() && failure->is_string()) {
      c.failure = Error(failure->get<std::string>());
    }
    const int rounds = document.at("judged").at("rounds");
    const double share = document.at("judged").at("alpha");
    if (rounds < 1 || static_cast<std::size_t>(rounds) > c.measurements.rounds.size() ||
        !(share >= 0 && share <= c.looks.level) || !(c.judging.margin >= 0) ||
        c.commands.size() != c.measurements.contenders.size()) {
      throw Error(
          fmt::format("{}: found {} of {} rounds judged at {}, {} commands of {} "
                      "contenders, expected them to agree",
                      name, rounds, c.measurements.rounds.size(), share, c.commands.size(),
                      c.measurements.contenders.size()));
    }
    c.judgement = judge(c.measurements, rounds, share, c.judging);
    return c;
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: found a comparison that lacks something ({})", name,
                            printable(error.what())));
  }
}

}  // namespace reprise::compare
