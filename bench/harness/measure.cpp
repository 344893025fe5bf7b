#include "bench/harness/measure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/harness/peaks.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise::bench {

void register_timed(const std::string& name, Cache cache,
                    std::function<void(benchmark::State&)> body) {
  auto* registered = benchmark::RegisterBenchmark(name.c_str(), std::move(body));
  registered->MeasureProcessCPUTime();
  if (cache == Cache::warm) {
    registered->UseRealTime();
  } else {
    registered->UseManualTime();
    // Sweeping the cache takes a thousand times as long as the book's layers. Google Benchmark
    // would repeat it until the layers alone fill half a second.
    if (!flushes_lines()) registered->Iterations(20);
  }
}

double measure(benchmark::State& state, Cache cache, const Memory& memory,
               const std::function<void()>& run) {
  double seconds = 0;
  if (cache == Cache::warm) {
    const Stopwatch watch;
    for (auto _ : state) run();
    seconds = watch.seconds();
  } else {
    for (auto _ : state) {
      make_cold(memory);
      const Stopwatch watch;
      run();
      const double once = watch.seconds();
      state.SetIterationTime(once);
      seconds += once;
    }
  }
  return seconds / static_cast<double>(std::max<std::int64_t>(state.iterations(), 1));
}

void set_label(benchmark::State& state, const std::string& implementation, std::uint32_t digest) {
  state.SetLabel(fmt::format("{} digest:{:08x}", implementation, digest));
}

void set_counters(benchmark::State& state, const Options& options, int threads, const Work& work,
                  std::uint32_t digest, double seconds) {
  state.counters["digest"] = digest;  // a double holds all 32 bits
  if (seconds <= 0) return;
  const Peaks peaks = peaks_on(options, threads);
  const auto add = [&](const char* name, const char* percent, double amount, double peak) {
    if (amount <= 0) return;
    const double rate = amount / seconds / 1e9;
    state.counters[name] = rate;
    if (peak > 0) state.counters[percent] = 100 * rate / peak;
  };
  add("GFLOP/s", "%sgemm", work.flops, peaks.gflops);
  add("GB/s", "%triad", work.bytes, peaks.gbytes);
}

LastPrepared& last_prepared() {
  static LastPrepared last;
  return last;
}

}  // namespace reprise::bench
