// Reads what `reprise bench` wrote before schema reprise/bench/2.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace reprise::suite {

// Returns a document of schema reprise/bench/1 with the names and objects of reprise/bench/2.
// Schema 1 has a contender's configuration only in its display name, and a part's kind only in the
// part's name. The pairs are left out: they follow from the rounds. Throws Error (exit code 2) that
// begins with `name` if something is missing or of another type.
nlohmann::json upgrade_bench_1(nlohmann::json document, const std::string& name);

}  // namespace reprise::suite
