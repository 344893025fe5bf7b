// The range check of slices.
#pragma once

#include <cstddef>

namespace reprise {

// Throws Error unless [first, last) lies in [0, rows): a data file may hold fewer rows than
// expected.
void require_rows(std::size_t first, std::size_t last, std::size_t rows);

}  // namespace reprise
