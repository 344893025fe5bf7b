// A table of the times that the steps of runs took.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <vector>

namespace reprise::book {

// Prints one line for each run of a record, with "-" for a time that the record does not contain:
// a run that found the data loaded has no loading times.
void print_times(std::ostream& out, const std::vector<nlohmann::json>& runs);

}  // namespace reprise::book
