// The ceilings of the roofline: how fast this machine computes, and how fast it reads from each of
// its caches.
#pragma once

#include <string>
#include <vector>

namespace reprise::bench {

// 1e9 bytes per second that the threads together read from arrays that lie in this cache.
struct CacheRoof {
  std::string place;  // "L1", "L2" or "L3"
  double gbytes = 0;
};

struct Roofs {
  double gflops = 0;              // of the microkernel of multiply-adds (microkernels.hpp)
  std::vector<CacheRoof> caches;  // the fastest first; those whose size the system does not tell
                                  // are left out
};

// Measures for about half a second, with the fastest instruction set of this processor. Each thread
// reads an array of its own, half as large as the cache; of the last one the fastest of several
// sizes counts, and it is left out if a thread's share of it is hardly larger than the second
// level. Nothing is written, so that no kernel moves its operands faster.
Roofs measure_roofs(int threads);

// The higher ones of two measurements on the same machine.
Roofs higher(Roofs a, const Roofs& b);

}  // namespace reprise::bench
