// Sizes for libraries that take them as int.
#pragma once

#include <limits>
#include <string>

#include "reprise/core/error.hpp"

namespace reprise {

// Throws Error (exit code 2) that begins with the backend's name if an int cannot hold `n`.
inline int library_int(std::size_t n, const char* backend) {
  if (n > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error(std::string("backend '") + backend + "': found a matrix of " + std::to_string(n) +
                " rows or columns, expected at most 2147483647");
  }
  return static_cast<int>(n);
}

}  // namespace reprise
