#include "bench/harness/peaks.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <string_view>

#include "bench/harness/kept_peaks.hpp"
#include "bench/harness/samples.hpp"
#include "reprise/core/caches.hpp"
#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::bench {

namespace {

constexpr int kRuns = 5;
constexpr double kSeconds = 0.15;  // after which no further run begins

template <class Run>
double best_seconds(Run&& run) {
  double best = std::numeric_limits<double>::infinity();
  const Stopwatch all;
  for (int i = 0; i < kRuns && all.seconds() < kSeconds; ++i) {
    const Stopwatch watch;
    run();
    best = std::min(best, watch.seconds());
  }
  return best;
}

std::size_t caches_together() { return std::max(last_cache_bytes(), std::size_t{8} << 20); }

double triad(int threads) {
  const std::size_t n = triad_bytes(caches_together()) / 3 / sizeof(double);
  HugePageVector<double> a(n), b(n), c(n);
  Team team(threads);
  const auto for_each = [&](auto&& body) {
    team.parallel_for(n, 1 << 16, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) body(i);
    });
  };
  // first touch: each thread initialises the pages that it will use
  for_each([&](std::size_t i) { a[i] = b[i] = c[i] = 1.0; });
  const double seconds =
      best_seconds([&] { for_each([&](std::size_t i) { a[i] = b[i] + 3.0 * c[i]; }); });
  return 3e-9 * static_cast<double>(n * sizeof(double)) / seconds;
}

}  // namespace

double sgemm_gflops(int threads) {
  constexpr std::size_t kSize = 512;
  const auto a = random_values<float>(kSize, kSize, 1), b = random_values<float>(kSize, kSize, 2);
  Matrix<float> c(kSize, kSize);
  double best = 0;
  for (const BackendInfo& info : default_backends()) {
    // loading a BLAS for this would refuse the one that is asked for later
    if (info.is_blas || info.name == "reference") continue;
    if (threads > 1 && !info.threaded()) continue;
    Team team(threads);
    const auto backend = make_backend<float>(info.name, team);
    const double seconds = best_seconds([&] { backend->dense_forward(a, b, {}, c.view()); });
    best = std::max(best, 2e-9 * kSize * kSize * kSize / seconds);
  }
  return best;
}

std::size_t triad_bytes(std::size_t last_cache_bytes) {
  constexpr std::size_t kMost = std::size_t{144} << 20;
  return std::min(last_cache_bytes, kMost / 4) * 4;
}

std::string triad_place(std::size_t last_cache_bytes) {
  if (triad_bytes(last_cache_bytes) <= last_cache_bytes) return "last-level cache";
  const bool is_larger = triad_bytes(last_cache_bytes) / 4 >= last_cache_bytes;
  return is_larger ? "memory" : "memory and last-level cache";
}

Peaks measure_peaks(int threads) {
  const std::size_t cache = caches_together();
  return {
      .gflops = sgemm_gflops(threads), .gbytes = triad(threads), .triad_place = triad_place(cache)};
}

Peaks peaks_on(const Options& options, int threads) {
  if (options.peaks) return *options.peaks;
  const char* wanted = std::getenv("REPRISE_PEAKS");
  if (wanted != nullptr && std::string_view(wanted) == "none") return {};
  static std::map<int, Peaks> measured;
  const auto found = measured.find(threads);
  if (found != measured.end()) return found->second;
  return measured
      .emplace(threads, kept_peaks(peaks_file(), machine_key(), threads,
                                   [&] { return measure_peaks(threads); }))
      .first->second;
}

}  // namespace reprise::bench
