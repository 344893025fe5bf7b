// The result of `reprise bench` as text, as a page and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "bench/suite/parts.hpp"

namespace reprise::suite {

void print(std::ostream& out, const SuiteResult& result);
// README.md, which expects layers.svg and roofline.svg beside it.
void print_markdown(std::ostream& out, const SuiteResult& result);

// A document of results/schema/bench-2.json.
nlohmann::json to_json(const SuiteResult& result);
// The document that `result` was read from, with the answers computed anew.
nlohmann::json with_answers(nlohmann::json document, const SuiteResult& result);
// Reads a document of schema reprise/bench/2. Throws Error (exit code 2) that begins with `name` if
// it is anything else.
SuiteResult suite_from(const nlohmann::json& document, const std::string& name);

}  // namespace reprise::suite
