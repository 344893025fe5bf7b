// The cells of a script, a function a kind.
#pragma once

#include <string>

#include "repro/replay/script.hpp"
#include "repro/replay/words.hpp"

namespace reprise::replay {

// The cell that `line` describes after its kind; `script` has the cells before it. Throws Error.
decltype(Cell::does) read_cell(const std::string& kind, Line& line, const Script& script);

}  // namespace reprise::replay
