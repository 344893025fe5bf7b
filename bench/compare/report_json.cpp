#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "report.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/comparison/1";

json number(double value) { return std::isfinite(value) ? json(value) : json(); }

// The control kernel's row, or none.
double control_time(const Measurements& m, std::size_t contender, Clock clock) {
  for (std::size_t r = 0; r < m.rows.size(); ++r) {
    if (m.rows[r].starts_with("control/")) return m.median_time(contender, r, clock);
  }
  return std::nan("");
}

json to_json(const RowVerdict& row, const Measurements& m, const JudgeOptions& judging) {
  json out{{"row", m.rows[row.row]},
           {"contender", m.contenders[row.contender]},
           {"verdict", name_of(row.label)},
           {"ratio", number(row.ratio)},
           {"low", number(row.low)},
           {"high", number(row.high)},
           {"p", row.p},
           {"p_holm", row.adjusted_p},
           {"detectable", number(row.detectable)},
           {"different_bits", row.different_bits},
           {"time_ns", number(m.median_time(row.contender, row.row, judging.clock))},
           {"cpu_ns", number(m.median_time(row.contender, row.row, Clock::cpu_time))},
           {"implementation", m.labels[row.contender][row.row]}};
  const double control = control_time(m, row.contender, judging.clock);
  if (std::isfinite(control)) {
    out["by_control"] = number(m.median_time(row.contender, row.row, judging.clock) / control);
  }
  if (!row.error.empty()) out["error"] = row.error;
  return out;
}

}  // namespace

json to_json(const Comparison& c) {
  json rows = json::array();
  for (const RowVerdict& row : c.judgement.rows) {
    rows.push_back(to_json(row, c.measurements, c.judging));
  }
  const ControlVerdict& control = c.judgement.control;
  return {{"schema", kSchema},
          {"created", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
          {"environment", environment()},
          {"commands", c.commands},
          {"level", c.looks.level},
          {"margin", c.judging.margin},
          {"clock", c.judging.clock == Clock::real_time ? "real_time" : "cpu_time"},
          {"looks", {{"rounds", c.looks.rounds}, {"shares", c.looks.shares}}},
          {"judged", {{"rounds", c.judgement.rounds}, {"share", c.judgement.share}}},
          {"seconds", c.seconds},
          {"stopped_early", c.stopped_early},
          {"out_of_time", c.out_of_time},
          {"spoilers", c.spoilers},
          {"control",
           {{"ratio", number(control.ratio)},
            {"low", number(control.low)},
            {"high", number(control.high)},
            {"called_different", control.called_different},
            {"rows", control.rows},
            {"median_detectable", number(control.median_detectable)},
            {"largest_detectable", number(control.largest_detectable)},
            {"largest_row", control.largest_row}}},
          {"verdicts", rows},
          {"measurements", compare::to_json(c.measurements)}};
}

Comparison comparison_from(const json& document, const std::string& name) {
  if (!document.is_object() || document.value("schema", "") != kSchema) {
    throw Error(fmt::format("{}: found no comparison, expected schema {}", name, kSchema));
  }
  try {
    Comparison c;
    c.commands = document.at("commands");
    c.measurements = measurements_from(document.at("measurements"), name);
    c.looks = {document.at("level"), document.at("looks").at("rounds"),
               document.at("looks").at("shares")};
    c.judging = {document.at("margin"),
                 document.at("clock") == "real_time" ? Clock::real_time : Clock::cpu_time};
    c.seconds = document.at("seconds");
    c.stopped_early = document.at("stopped_early");
    c.out_of_time = document.at("out_of_time");
    c.spoilers = document.at("spoilers");
    const json& judged = document.at("judged");
    c.judgement = judge(c.measurements, judged.at("rounds"), judged.at("share"), c.judging);
    return c;
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: found a comparison that lacks something ({})", name,
                            printable(error.what())));
  }
}

}  // namespace reprise::compare
