#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/compare/report.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/comparison/2";
constexpr const char* kEarlierSchema = "reprise/comparison/1";

json number(double value) { return std::isfinite(value) ? json(value) : json(); }

// What a verdict of a report has, of a comparison of programs or of files, whose two sides are
// called `base` and `head`.
json verdict_fields(const Verdict& verdict, const std::string& base, const std::string& head) {
  json out = to_json(verdict);
  out["different_bits"] = verdict.different_bits;
  out["bits_vary"] = verdict.bits_vary;
  out["control_differs"] = verdict.control_differs;
  if (verdict.label != Label::failed) return out;
  out["error"] = verdict.error;
  out["failed_in"] = json::array();
  if (!verdict.base_error.empty()) out["failed_in"].push_back(base);
  if (!verdict.head_error.empty()) out["failed_in"].push_back(head);
  return out;
}

// The benchmark's wall-clock time divided by the control kernel's: the median over the rounds,
// which pairs times of the same moment. Older records have the kernel only as the contender's own
// benchmark, and give a ratio of medians. NaN without a kernel.
double by_control(const Measurements& m, std::size_t contender, std::size_t benchmark) {
  if (std::isfinite(m.control_time())) return m.median_by_control(contender, benchmark);
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (!is_control(m.benchmarks[b])) continue;
    return m.shown_time(contender, benchmark, Clock::real_time) /
           m.median_time(contender, b, Clock::real_time);
  }
  return std::nan("");
}

json verdict_of_programs(const Verdict& verdict, const Measurements& m,
                         const JudgeOptions& judging) {
  json out = verdict_fields(verdict, "A", letter_of(verdict.contender));
  out["benchmark"] = m.benchmarks[verdict.benchmark];
  out["contender"] = m.contenders[verdict.contender].name;
  out["time_ns"] = number(m.shown_time(verdict.contender, verdict.benchmark, judging.clock));
  out["cpu_ns"] = number(m.shown_time(verdict.contender, verdict.benchmark, Clock::cpu_time));
  out["implementation"] = m.details[verdict.contender][verdict.benchmark].label;
  const bool has_control =
      std::isfinite(m.control_time()) || std::ranges::any_of(m.benchmarks, is_control);
  if (has_control) out["by_control"] = number(by_control(m, verdict.contender, verdict.benchmark));
  return out;
}

// Judges as the live comparison did: at each look that was made, if benchmarks have left, and then
// at the last one.
void judge_again(Comparison& c, int rounds, double alpha) {
  bool judged = false;
  const auto at = [&](int n, double spent) {
    c.judgement = judge(c.measurements, n, spent, c.judging, judged ? &c.judgement : nullptr);
    judged = true;
  };
  for (const LookMade& look : c.looks_made) {
    if (look.rounds >= 1 && look.rounds < rounds) at(look.rounds, look.alpha);
  }
  at(rounds, alpha);
}

}  // namespace

json to_json(const Verdict& verdict) {
  const auto shown = [&](double value) {
    return verdict.label == Label::failed ? json() : number(value);
  };
  return {{"verdict", name_of(verdict.label)},
          {"ratio", shown(verdict.ratio)},
          {"low", shown(verdict.low)},
          {"high", shown(verdict.high)},
          {"p", shown(verdict.p)},
          {"p_holm", shown(verdict.adjusted_p)},
          {"minimum_detectable_effect", shown(verdict.minimum_detectable_effect)}};
}

json to_json(const DetectableEffects& effects) {
  return {{"median_minimum_detectable_effect", number(effects.median)},
          {"largest_minimum_detectable_effect", number(effects.largest)},
          {"least_sensitive_benchmark", effects.least_sensitive_benchmark}};
}

json to_json(const UnpairedComparison& c) {
  json verdicts = json::array();
  for (const Verdict& verdict : c.verdicts) {
    json out = verdict_fields(verdict, c.files[0], c.files[1]);
    out["benchmark"] = c.benchmarks[verdict.benchmark];
    out["repetitions"] = c.fewest_repetitions[verdict.benchmark];
    out["aggregates_only"] = static_cast<bool>(c.by_median[verdict.benchmark]);
    verdicts.push_back(out);
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
          {"verdicts", verdicts}};
}

json to_json(const Comparison& c) {
  json verdicts = json::array();
  for (const Verdict& verdict : c.judgement.verdicts) {
    verdicts.push_back(verdict_of_programs(verdict, c.measurements, c.judging));
  }
  json looks_made = json::array();
  for (const LookMade& look : c.looks_made) looks_made.push_back({look.rounds, look.alpha});
  const ControlVerdict& control = c.judgement.control;
  json of_control = to_json(control.detectable);
  of_control.update({{"ratio", number(control.ratio)},
                     {"low", number(control.low)},
                     {"high", number(control.high)},
                     {"called_different", control.called_different},
                     {"rows", control.benchmarks}});
  return {{"schema", kSchema},
          {"created", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
          {"environment", environment()},
          {"commands", c.commands},
          {"level", c.looks.level},
          {"margin", c.judging.margin},
          {"clock", name_of(c.judging.clock)},
          {"test", name_of(c.judging.test)},
          {"looks", {{"rounds", c.looks.rounds}, {"alpha_spent", c.looks.alpha_spent}}},
          {"looks_made", looks_made},
          {"judged", {{"rounds", c.judgement.rounds}, {"alpha", c.judgement.alpha}}},
          {"seconds", c.seconds},
          {"stopped_early", c.stopped_early},
          {"out_of_time", c.out_of_time},
          {"failure", c.failure ? json(c.failure->what()) : json()},
          {"control_kernel_ns", number(c.measurements.control_time())},
          {"noise_warnings", c.noise_warnings},
          {"control", of_control},
          {"verdicts", verdicts},
          {"measurements", compare::to_json(c.measurements)}};
}

Comparison comparison_from(const json& document, const std::string& name) {
  const std::string schema = document.is_object() ? document.value("schema", "") : "";
  if (schema == kEarlierSchema) return comparison_from(upgrade_comparison_1(document, name), name);
  if (schema != kSchema) {
    throw Error(fmt::format("{}: found schema '{}', expected {} or {}", name, printable(schema),
                            kEarlierSchema, kSchema));
  }
  try {
    Comparison c;
    c.commands = document.at("commands");
    c.measurements = measurements_from(document.at("measurements"), name);
    c.looks = looks_from(document.at("looks"), document.at("level"), name);
    c.judging = {document.at("margin"),
                 document.at("clock") == "real_time" ? Clock::real_time : Clock::cpu_time,
                 document.value("test", "sign") == "sign" ? Test::sign : Test::blocked_rank};
    c.judging = planned(c.judging, c.looks);
    c.seconds = document.at("seconds");
    c.stopped_early = document.at("stopped_early");
    c.out_of_time = document.at("out_of_time");
    c.noise_warnings = document.at("noise_warnings");
    if (const auto failure = document.find("failure");
        failure != document.end() && failure->is_string()) {
      c.failure = Error(failure->get<std::string>());
    }
    const int rounds = document.at("judged").at("rounds");
    const double alpha = document.at("judged").at("alpha");
    if (rounds < 1 || static_cast<std::size_t>(rounds) > c.measurements.rounds.size() ||
        !(alpha >= 0 && alpha <= c.looks.level) || !(c.judging.margin >= 0) ||
        c.commands.size() != c.measurements.contenders.size()) {
      throw Error(
          fmt::format("{}: found {} of {} rounds judged at alpha {}, {} commands and {} "
                      "contenders, expected them to agree",
                      name, rounds, c.measurements.rounds.size(), alpha, c.commands.size(),
                      c.measurements.contenders.size()));
    }
    // earlier versions let no benchmark leave, so that the last look alone decided
    for (const json& look : document.value("looks_made", json::array())) {
      c.looks_made.push_back({look.at(0), look.at(1)});
    }
    judge_again(c, rounds, alpha);
    return c;
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: found a comparison with a missing or wrong field ({})", name,
                            printable(error.what())));
  }
}

}  // namespace reprise::compare
