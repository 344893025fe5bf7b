// How a benchmark is timed, and which counters are reported with its time.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>

#include "bench/harness/cold.hpp"
#include "bench/harness/job.hpp"
#include "bench/harness/options.hpp"

namespace reprise::bench {

// Registers a benchmark with Google Benchmark. It reports wall-clock time and the CPU time of all
// threads. A benchmark with cold caches reports its own clock, which excludes the flushing.
void register_timed(const std::string& name, Cache cache,
                    std::function<void(benchmark::State&)> body);

// Runs Google Benchmark's loop; with cold caches it flushes `memory` before each run. Returns the
// mean duration of a run in seconds.
double measure(benchmark::State& state, Cache cache, const Memory& memory,
               const std::function<void()>& run);

// Sets the label "openmp avx2 digest:0badcafe": the implementation that was timed and the digest of
// its results in readable form.
void set_label(benchmark::State& state, const std::string& implementation, std::uint32_t digest);

// Sets the counters: the digest, GFLOP/s, GB/s, and both in percent of the measured peaks.
void set_counters(benchmark::State& state, const Options& options, int threads, const Work& work,
                  std::uint32_t digest, double seconds);

// What was prepared for the benchmark that ran last. There is only one, so that the memory of a
// benchmark is freed before the next one is prepared.
struct LastPrepared {
  std::string name;
  std::shared_ptr<void> object;
};
LastPrepared& last_prepared();

// The object that belongs to the benchmark `name`. It is made by `make` unless this benchmark was
// also the last to ask; the type `Thing` must be the same in every call with this name.
template <class Thing, class Make>
Thing& prepared_once(const std::string& name, Make make) {
  LastPrepared& last = last_prepared();
  if (last.name != name || !last.object) {
    last.object.reset();
    last.name = name;
    last.object = std::shared_ptr<Thing>(make());
  }
  return *static_cast<Thing*>(last.object.get());
}

}  // namespace reprise::bench
