// The result of `reprise bench` as text, as a page with pictures and as JSON.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "bench/suite/parts.hpp"

namespace reprise::suite {

void print(std::ostream& out, const SuiteResult& result);
// README.md, which expects layers.svg and roofline.svg beside it, and growth.svg if there is the
// part `growth`.
void print_markdown(std::ostream& out, const SuiteResult& result);

// A document of results/schema/bench-2.json.
nlohmann::json to_json(const SuiteResult& result);
// The document that `result` was read from, with the answers computed anew.
nlohmann::json with_answers(nlohmann::json document, const SuiteResult& result);
// Returns a document of schema reprise/bench/1, which `reprise bench` wrote earlier, with the names
// and objects of reprise/bench/2. Schema 1 has a contender's configuration only in its display
// name, and a part's kind only in the part's name. The pairs are left out: they follow from the
// rounds. Throws Error (exit code 2) that begins with `name` if something is missing or of another
// type.
nlohmann::json upgrade_bench_1(nlohmann::json document, const std::string& name);
// Reads a document of schema reprise/bench/2. Throws Error (exit code 2) that begins with `name` if
// it is anything else.
SuiteResult suite_from(const nlohmann::json& document, const std::string& name);

// Two pictures of the part `layers`, drawn by gnuplot; without it nothing is written. Both throw
// Error (exit code 3) if gnuplot is not installed.

// A table with one row for each layer and one column for each configuration. A cell shows the time;
// it is the darker, the slower the configuration is relative to the fastest in its row.
void draw_layers(const SuiteResult& result, const std::filesystem::path& file);
// A roofline: GFLOP/s over operations per byte for each layer with its fastest configuration, and
// the measured peak rates as ceilings.
void draw_roofline(const SuiteResult& result, const std::filesystem::path& file);

}  // namespace reprise::suite
