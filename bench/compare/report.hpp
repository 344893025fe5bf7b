// What a comparison found, for the terminal, as Markdown and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "bench/compare/comparison.hpp"
#include "bench/compare/pairs.hpp"
#include "bench/compare/unpaired.hpp"
#include "reprise/core/exit_code.hpp"

namespace reprise::compare {

// The head: contenders, rounds, the A/A control with the smallest effect that could have been seen
// (that of `pairs` where those are what is answered), the frozen control kernel, what spoiled the
// measurement.
std::vector<std::string> head_lines(const Comparison& comparison, const Pairs* pairs = nullptr);
// Why there is not enough to say, where there is not: one line, or none.
std::vector<std::string> foot_lines(const Comparison& comparison);

void print(std::ostream& out, const Comparison& comparison);
void print(std::ostream& out, const UnpairedComparison& comparison);
void print_markdown(std::ostream& out, const Comparison& comparison);
void print_markdown(std::ostream& out, const UnpairedComparison& comparison);

// results/schema/comparison-2.json, rounds included.
nlohmann::json to_json(const Comparison& comparison);
// results/schema/files-2.json
nlohmann::json to_json(const UnpairedComparison& comparison);

// 1 for any regression or failed row, else 4 for any insufficient data, else 0.
ExitCode exit_code_of(const std::vector<Verdict>& rows);

// "12.3 us", "4.56 ms"
std::string time_text(double nanoseconds);

// Of what was kept as JSON; for pictures and pages made later.
Comparison comparison_from(const nlohmann::json& document, const std::string& name);

}  // namespace reprise::compare
