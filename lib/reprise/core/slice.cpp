#include "reprise/core/slice.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"

namespace reprise {

void require_rows(std::size_t first, std::size_t last, std::size_t rows) {
  if (first <= last && last <= rows) return;
  throw Error(fmt::format("found {} rows, expected rows {} to {}", rows, first, last));
}

}  // namespace reprise
