#include "bench/harness/roofs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <limits>

#include "bench/harness/microkernels.hpp"
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
  long bytes;
};

std::vector<CacheSize> caches() {
  std::vector<CacheSize> all;
  for (const CacheSize& cache : {CacheSize{"L1", sysconf(_SC_LEVEL1_DCACHE_SIZE)},
                                 CacheSize{"L2", sysconf(_SC_LEVEL2_CACHE_SIZE)},
                                 CacheSize{"L3", sysconf(_SC_LEVEL3_CACHE_SIZE)}}) {
    if (cache.bytes > (all.empty() ? 0 : 2 * all.back().bytes)) all.push_back(cache);
  }
  return all;
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
    const bool is_shared = cache.place == std::string("L3");
    const std::size_t bytes =
        static_cast<std::size_t>(cache.bytes) / 2 / (is_shared ? count : 1) / 4096 * 4096;
    const std::size_t values = bytes / sizeof(float);
    if (values == 0) continue;
    std::vector<HugePageVector<float>> arrays(count, HugePageVector<float>(values, 0.0f));
    const auto passes = std::max<std::size_t>(1, static_cast<std::size_t>(kRunBytes) / bytes);
    const double time = shortest_seconds(team, [&](std::size_t thread) {
      for (std::size_t i = 0; i < passes; ++i) kernels.read(arrays[thread].data(), values);
    });
    roofs.caches.push_back(
        {cache.place, 1e-9 * static_cast<double>(count * passes * bytes) / time});
  }
  return roofs;
}

}  // namespace reprise::bench
