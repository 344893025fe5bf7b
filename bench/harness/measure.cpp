#include "bench/harness/measure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/harness/peaks.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise::bench {

void add(const std::string& name, Cache cache, std::function<void(benchmark::State&)> body) {
  auto* row = benchmark::RegisterBenchmark(name.c_str(), std::move(body));
  row->MeasureProcessCPUTime();  // the unit is the program's, or --benchmark_time_unit's
  if (cache == Cache::warm) {
    row->UseRealTime();
  } else {
    row->UseManualTime();
    // a sweep takes a thousand times what the rows of the book do: not until these fill half a
    // second
    if (!flushes_lines()) row->Iterations(20);
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

void label(benchmark::State& state, const std::string& who, std::uint32_t digest) {
  state.SetLabel(fmt::format("{} digest:{:08x}", who, digest));
}

void count(benchmark::State& state, const Options& options, int threads, const Work& work,
           std::uint32_t digest, double seconds) {
  state.counters["digest"] = digest;  // 32 bits: a double holds them all
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

std::shared_ptr<void>& kept_place(const std::string& name, std::type_index type) {
  static std::string last_name;
  static std::type_index last_type = typeid(void);
  static std::shared_ptr<void> place;
  if (last_name != name || last_type != type) {
    place.reset();
    last_name = name;
    last_type = type;
  }
  return place;
}

}  // namespace reprise::bench
