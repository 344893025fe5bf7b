// The instruction sets for which the fast kernels are compiled. One is chosen at run time.
#pragma once

#include <string_view>
#include <vector>

namespace reprise {

struct IsaInfo {
  std::string_view name;
  std::string_view about;
  bool available;  // on this processor and operating system
};

// Fastest first; the last one is always available. All of them compute the same bits.
const std::vector<IsaInfo>& isas();

// The instruction set of that name, or the fastest available one for "". Throws Error for an
// unknown name (exit code 2) and for a set that this processor lacks (exit code 3).
const IsaInfo& find_isa(std::string_view name);

}  // namespace reprise
