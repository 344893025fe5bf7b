// What a gate found: for the terminal, as Markdown, JUnit XML and JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "bench/gate/result.hpp"

namespace reprise::gate {

// The verdict of the whole gate in one sentence, which is the first line of every report:
// "HEAD is slower in 1 of 20 benchmarks.", "No benchmark of 20 is slower by more than 5 %.".
std::string verdict_sentence(const GateResult& result);

void print(std::ostream& out, const GateResult& result);

// For a comment or a job summary: a marker comment (<!-- reprise gate -->), the verdict, the A/A
// line, a table of the benchmarks that need attention, the others folded, the command to repeat it.
// At most `most` bytes, cut at the end of a row, and the text then says so: GitHub refuses comments
// of 65,536 characters.
std::string markdown(const GateResult& result, const std::string& command,
                     std::size_t most = 65000);

// One test case for each benchmark: a regression is a failure, a failed one an error, an undecided
// or missing one is skipped (an error if --missing fail makes it one); the A/A control and the
// numbers of rounds are properties.
void print_junit(std::ostream& out, const GateResult& result);

nlohmann::json to_json(const GateResult& result);  // results/schema/gate-1.json

}  // namespace reprise::gate
