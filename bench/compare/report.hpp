// What a comparison found: for the terminal, as Markdown and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "bench/compare/comparison.hpp"
#include "bench/compare/pairs.hpp"
#include "bench/compare/unpaired.hpp"
#include "reprise/core/exit_code.hpp"

namespace reprise::compare {

// How it was measured: contenders, rounds, the A/A control, the minimum detectable effect (that of
// `pairs` if these are what the report answers), the frozen control kernel, noise warnings.
std::vector<std::string> head_lines(const Comparison& comparison, const Pairs* pairs = nullptr);
// Why the rounds could not decide, if they could not, and what was left out.
std::vector<std::string> foot_lines(const Comparison& comparison);

void print(std::ostream& out, const Comparison& comparison);
void print(std::ostream& out, const UnpairedComparison& comparison);
void print_markdown(std::ostream& out, const Comparison& comparison);
void print_markdown(std::ostream& out, const UnpairedComparison& comparison);

// The label and the numbers of a verdict. A failed one has no numbers.
nlohmann::json to_json(const Verdict& verdict);
nlohmann::json to_json(const DetectableEffects& effects);
// results/schema/comparison-2.json, rounds included.
nlohmann::json to_json(const Comparison& comparison);
// results/schema/files-2.json
nlohmann::json to_json(const UnpairedComparison& comparison);

// Returns a document of schema reprise/comparison/1, which `reprise compare --json` wrote earlier,
// with the names and objects of reprise/comparison/2. The contenders' configurations are empty:
// schema 1 has none. Throws Error (exit code 2) that begins with `name` if something is missing or
// of another type.
nlohmann::json upgrade_comparison_1(nlohmann::json document, const std::string& name);

// Reads what to_json wrote, also with schema reprise/comparison/1, and judges its rounds again.
// Throws Error (exit code 2) that begins with `name` if the document is anything else.
Comparison comparison_from(const nlohmann::json& document, const std::string& name);

// 1 for any regression, and for any benchmark that failed in the contender; else 4 for any
// insufficient data, and if nothing could be compared; else 0. A benchmark that failed in A alone
// is no failure of the contender.
ExitCode exit_code_of(const std::vector<Verdict>& verdicts);
// The same of programs; besides, 4 for done if A has a benchmark that another program does not
// have.
ExitCode exit_code_of(const Comparison& comparison);

// "12.3 us", "4.56 ms"; "-" for NaN.
std::string time_text(double nanoseconds);

}  // namespace reprise::compare
