// Computes the numbers of docs/comparison.md that follow from recorded rounds; tools/calibrate runs
// it.
//   calibration rounds RECORD.json       false alarms and power by resampling, as JSON
//   calibration coverage                 coverage of the intervals, as JSON
//   calibration gate RECORD.json         gates by resampling, as JSON
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "bench/compare/calibration.hpp"
#include "bench/compare/report.hpp"
#include "bench/gate/simulation.hpp"
#include "cli/run_main.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"

namespace {

using namespace reprise;
using namespace reprise::compare;
using nlohmann::json;

json resampled(const std::string& file) {
  const json document = read_json(file, "a comparison written by --json");
  const Measurements recorded = comparison_from(document, file).measurements;
  json powers = json::array();
  for (const int rounds : {12, 24, 36, 48, 60, 72, 84}) {
    CalibrationOptions options;
    options.rounds = rounds;
    const EqualRates rates = equal_rates(recorded, options);
    const auto found = power(recorded, 0.10, options);
    powers.push_back(
        {{"rounds", rounds},
         {"false_alarms", rates.called_different},
         {"false_alarms_without_margin", rates.called_different_without_margin},
         {"decided", rates.decided},
         {"mean_power",
          std::accumulate(found.begin(), found.end(), 0.0) / static_cast<double>(found.size())},
         {"rows_at_90", std::ranges::count_if(found, [](double p) { return p >= 0.9; })},
         {"lowest_power", *std::ranges::min_element(found)}});
  }
  return {{"recorded", recorded.rounds.size()},
          {"rows", recorded.benchmarks.size()},
          {"comparisons", 200},
          {"commands", document.at("commands")},
          {"by_rounds", powers}};
}

json coverages() {
  json all = json::array();
  for (const auto& [shape, name] :
       {std::pair(Shape::normal, "normal"), std::pair(Shape::exponential, "exponential (skewed)"),
        std::pair(Shape::lognormal, "lognormal (skewed, heavy)"),
        std::pair(Shape::cauchy, "Cauchy (heavy)"),
        std::pair(Shape::two_sided_pareto, "two-sided Pareto 1.5 (heavy)")}) {
    for (const std::size_t n : {6, 8, 12, 18, 24, 36, 50}) {
      const Coverage c = coverage(shape, n, 10000, 1);
      all.push_back({{"shape", name},
                     {"n", n},
                     {"sign_test", c.sign_test},
                     {"hodges_lehmann", c.hodges_lehmann}});
    }
  }
  return all;
}

// Gates on rounds of equal programs, and with a benchmark that is slower.
json gates(const std::string& file) {
  const json document = read_json(file, "a comparison written by --json");
  const Measurements recorded = comparison_from(document, file).measurements;
  const gate::SimulationOptions options;
  const gate::EqualRuns equal = gate::simulate_equal(recorded, options);
  json slowed = json::array();
  for (const double change : {0.10, 0.07, 0.05, 0.03}) {
    const gate::SlowedRuns runs = gate::simulate_slowed(recorded, change, options);
    slowed.push_back({{"change", change},
                      {"found", runs.found},
                      {"undecided", runs.undecided},
                      {"wrongly_named", runs.wrongly_named}});
  }
  return {{"recorded", recorded.rounds.size()},
          {"rows", recorded.benchmarks.size()},
          {"gates", options.gates},
          {"block", options.block},
          {"session", options.session},
          {"margin", options.gate.margin},
          {"budget_seconds", options.budget},
          {"process_seconds", options.process_seconds},
          {"benchmark_seconds", options.benchmark_seconds},
          {"equal",
           {{"decided_by_compare", equal.decided_by_compare},
            {"with_leaving", equal.with_leaving},
            {"with_both_runs", equal.with_both_runs},
            {"one_sided", equal.one_sided},
            {"passed", equal.passed},
            {"failed", equal.failed},
            {"median_seconds", equal.median_seconds}}},
          {"slowed", slowed}};
}

}  // namespace

int main(int argc, char** argv) {
  return cli::run_main("calibration", [&] {
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "rounds" && argc == 3) {
      std::cout << json_text(resampled(argv[2]), 1) << '\n';
    } else if (what == "coverage" && argc == 2) {
      std::cout << json_text(coverages(), 1) << '\n';
    } else if (what == "gate" && argc == 3) {
      std::cout << json_text(gates(argv[2]), 1) << '\n';
    } else {
      throw Error("found none of 'rounds RECORD', 'coverage' and 'gate RECORD', expected one");
    }
    return ExitCode::done;
  });
}
