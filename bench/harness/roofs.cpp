#include "bench/harness/roofs.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string_view>

#include "bench/harness/microkernels.hpp"
#include "reprise/core/caches.hpp"
#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/kernels/isa.hpp"

namespace reprise::bench {

namespace {

constexpr double kSeconds = 0.06;      // after which no further run begins
constexpr double kRunBytes = 4 << 20;  // that a thread reads in a run, so that its start is nothing

struct CacheSize {
  const char* place;
  std::size_t bytes;
};

std::vector<CacheSize> caches() {
  std::vector<CacheSize> all;
  for (const CacheSize& cache : {CacheSize{"L1", cache_bytes(1)}, CacheSize{"L2", cache_bytes(2)},
                                 CacheSize{"L3", last_cache_bytes()}}) {
    if (cache.bytes > (all.empty() ? 0 : 2 * all.back().bytes)) all.push_back(cache);
  }
  return all;
}

// The bytes of the arrays that each thread reads: half of the cache; of the shared last one parts
// from half of a thread's share down to twice the second level, of which the fastest counts. A
// virtual machine shares this cache with others, so that half of it may lie partly in memory.
std::vector<std::size_t> array_sizes(const CacheSize& cache, std::size_t threads) {
  const std::size_t half = cache.bytes / 2 / 4096 * 4096;
  if (half == 0) return {};
  if (cache.place != std::string_view("L3")) return {half};
  std::vector<std::size_t> sizes;
  const std::size_t least = std::max<std::size_t>(2 * cache_bytes(2), 4096);
  for (std::size_t bytes = half / threads; bytes >= least; bytes /= 2) {
    sizes.push_back(bytes / 4096 * 4096);
  }
  return sizes;
}

// The shortest time of runs in which each thread calls body(thread).
template <class Body>
double shortest_seconds(Team& team, const Body& body) {
  double best = std::numeric_limits<double>::infinity();
  team.session([&] {
    const Stopwatch all;
    do {
      const Stopwatch watch;
      team.parallel_for(static_cast<std::size_t>(team.threads()), 1,
                        [&](std::size_t first, std::size_t last) {
                          for (std::size_t thread = first; thread < last; ++thread) body(thread);
                        });
      best = std::min(best, watch.seconds());
    } while (all.seconds() < kSeconds);
  });
  return best;
}

}  // namespace

Roofs measure_roofs(int threads) {
  const Microkernels& kernels = microkernels_of(find_isa("").name);
  Team team(threads);
  const auto count = static_cast<std::size_t>(threads);
  Roofs roofs;
  constexpr int kCalls = 20;
  std::vector<double> operations(count);
  const double seconds = shortest_seconds(team, [&](std::size_t thread) {
    for (int i = 0; i < kCalls; ++i) operations[thread] = kCalls * kernels.multiply_add();
  });
  for (const double of_thread : operations) roofs.gflops += 1e-9 * of_thread / seconds;
  for (const CacheSize& cache : caches()) {
    CacheRoof roof{cache.place};
    for (const std::size_t bytes : array_sizes(cache, count)) {
      const std::size_t values = bytes / sizeof(float);
      std::vector<HugePageVector<float>> arrays(count, HugePageVector<float>(values, 0.0f));
      const auto passes = std::max<std::size_t>(1, static_cast<std::size_t>(kRunBytes) / bytes);
      const double time = shortest_seconds(team, [&](std::size_t thread) {
        for (std::size_t i = 0; i < passes; ++i) kernels.read(arrays[thread].data(), values);
      });
      roof.gbytes =
          std::max(roof.gbytes, 1e-9 * static_cast<double>(count * passes * bytes) / time);
    }
    if (roof.gbytes > 0) roofs.caches.push_back(roof);
  }
  return roofs;
}

Roofs higher(Roofs a, const Roofs& b) {
  a.gflops = std::max(a.gflops, b.gflops);
  for (std::size_t i = 0; i < std::min(a.caches.size(), b.caches.size()); ++i) {
    a.caches[i].gbytes = std::max(a.caches[i].gbytes, b.caches[i].gbytes);
  }
  return a;
}

}  // namespace reprise::bench
