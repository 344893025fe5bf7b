// A run of `reprise bench` for the terminal, as a page, as JSON and back.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "bench/suite/parts.hpp"

namespace reprise::compare {

// The answers, then what they rest on.
void print(std::ostream& out, const SuiteResult& result);
// README.md beside layers.svg, roofline.svg and bench.json.
void print_markdown(std::ostream& out, const SuiteResult& result);

// results/schema/bench-1.json
nlohmann::json to_json(const SuiteResult& result);
// The kept run `document`, whose `result` was read from it, with the answers that its rounds give
// now.
nlohmann::json with_answers(nlohmann::json document, const SuiteResult& result);
SuiteResult suite_from(const nlohmann::json& document, const std::string& name);

}  // namespace reprise::compare
