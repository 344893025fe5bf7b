// The instruction sets that the fast kernels are compiled for; one is chosen at run time.
#pragma once

#include <string_view>
#include <vector>

namespace reprise {

struct IsaInfo {
  std::string_view name;
  std::string_view about;
  bool available;  // on this processor, under this operating system
};

// The fastest first; the last one is always available. All give the same bits.
const std::vector<IsaInfo>& isas();

// The one of that name, or the fastest available for "". Throws Error for an unknown name (exit
// code 2) and for one that this processor lacks (exit code 3).
const IsaInfo& find_isa(std::string_view name);

}  // namespace reprise
