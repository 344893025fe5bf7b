// Google Benchmark's JSON as it is found in files, which is not always JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace reprise::compare {

// Parses the text of a result file. Numbers that JSON does not have (NaN, -nan(ind), 1.#QNAN,
// Infinity, 1e999) become strings of the same spelling. Throws Error (exit code 2), one line that
// begins with `name` and says which it is, if the text is empty, UTF-16, written with a locale's
// thousands separators, has other text or a second result before or after the JSON, or is no JSON.
nlohmann::json parse_result_text(const std::string& text, const std::string& name);

}  // namespace reprise::compare
