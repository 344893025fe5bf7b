// Where the time of runs went, as a table.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <vector>

namespace reprise::book {

// A line a run of a record; "-" where a run did not load the data or its record is too old to say.
void print_times(std::ostream& out, const std::vector<nlohmann::json>& runs);

}  // namespace reprise::book
