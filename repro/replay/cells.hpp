// Reads the cells of a script; there is one function for each kind of cell.
#pragma once

#include <string>

#include "repro/replay/line_parser.hpp"
#include "repro/replay/script.hpp"

namespace reprise::replay {

// Reads the cell that the rest of `line`, after its kind, describes. `script` holds the cells above
// it. Throws Error.
decltype(Cell::action) read_cell(const std::string& kind, LineParser& line, const Script& script);

}  // namespace reprise::replay
