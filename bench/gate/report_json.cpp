#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

#include "bench/gate/report.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::gate {

using nlohmann::json;

namespace {

json number(double value) { return std::isfinite(value) ? json(value) : json(); }

json to_json(const Side& side) {
  return {{"text", side.text}, {"commit", side.commit}, {"ref", side.ref}};
}

json to_json(const Accepted& accepted) {
  return {{"commit", accepted.commit},
          {"benchmark", accepted.benchmark},
          {"factor", number(accepted.factor)},
          {"why", accepted.why}};
}

// Without rounds these are null: their numbers mean nothing then.
json to_json(const Estimate& estimate) {
  if (estimate.rounds == 0) return {};
  return {{"rounds", estimate.rounds},
          {"ratio", number(estimate.ratio)},
          {"low", number(estimate.low)},
          {"high", number(estimate.high)}};
}

json to_json(const ControlEstimate& control, int rounds) {
  if (rounds == 0) return {};
  return {{"ratio", number(control.ratio)},
          {"low", number(control.low)},
          {"high", number(control.high)},
          {"called_different", control.differs}};
}

json to_json(const Row& row, const GateOptions& options) {
  const Estimate& estimate = row.estimate();
  const auto shown = [&](double value) { return estimate.rounds > 0 ? number(value) : json(); };
  return {{"benchmark", row.benchmark},
          {"verdict", name_of(row.label)},
          {"exit_code", static_cast<int>(exit_code_of(row, options))},
          {"why", row.why},
          {"ratio", shown(estimate.ratio)},
          {"low", shown(estimate.low)},
          {"high", shown(estimate.high)},
          {"p_holm", row.confirmed ? number(row.p) : json()},
          {"screened", to_json(row.screened)},
          {"confirmed", row.confirmed ? to_json(*row.confirmed) : json()},
          {"control", to_json(row.control, row.screened.rounds)},
          {"base_ns", number(row.base_ns)},
          {"head_ns", number(row.head_ns)},
          {"different_bits", row.different_bits},
          {"bits_vary", row.bits_vary},
          {"accepted", row.accepted ? to_json(*row.accepted) : json()}};
}

const char* policy(bool fails) { return fails ? "fail" : "warn"; }

}  // namespace

json to_json(const GateResult& result) {
  json verdicts = json::array(), unused = json::array();
  for (const Row& row : result.rows) verdicts.push_back(to_json(row, result.options));
  for (const Accepted& entry : result.unused) unused.push_back(to_json(entry));
  const GateOptions& options = result.options;
  return {{"schema", "reprise/gate/1"},
          {"created", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
          {"environment", environment()},
          {"sentence", verdict_sentence(result)},
          {"exit_code", static_cast<int>(exit_code_of(result))},
          {"base", to_json(result.base)},
          {"head", to_json(result.head)},
          {"margin", options.margin},
          {"level", options.level},
          {"screen_level", options.screen_level},
          {"clock", compare::name_of(options.clock)},
          {"bits", policy(options.bits_fail)},
          {"missing", policy(options.missing_fails)},
          {"screen_rounds", result.screen_rounds},
          {"confirm_rounds", result.confirm_rounds},
          {"seconds", result.seconds},
          {"out_of_time", result.out_of_time},
          {"failure", result.failure ? json(result.failure->what()) : json()},
          {"control_kernel_ns", number(result.control_ns)},
          {"noise_warnings", result.warnings},
          {"control", to_json(result.control, result.screen_rounds)},
          {"verdicts", verdicts},
          {"new_in_head", result.new_in_head},
          {"extra_rows", result.skipped},
          {"unused_accepted", unused}};
}

}  // namespace reprise::gate
