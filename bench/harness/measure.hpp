// How a row is timed and what is counted beside its time.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>
#include <typeindex>

#include "bench/harness/cold.hpp"
#include "bench/harness/job.hpp"
#include "bench/harness/options.hpp"

namespace reprise::bench {

// Registers a row that is timed by the wall clock, with the processor time of all threads beside
// it; cold rows by their own clock, which leaves out the emptying of the caches.
void add(const std::string& name, Cache cache, std::function<void(benchmark::State&)> body);

// Runs Google Benchmark's loop, of a cold row with `memory` in no cache before each run. Returns
// the seconds that a run took on average.
double measure(benchmark::State& state, Cache cache, const Memory& memory,
               const std::function<void()>& run);

// The row's label: who computed, and the digest as people compare it, "openmp avx2
// digest:0badcafe".
void label(benchmark::State& state, const std::string& who, std::uint32_t digest);

// GFLOP/s, GB/s, both in percent of the measured peaks, and the digest.
void count(benchmark::State& state, const Options& options, int threads, const Work& work,
           std::uint32_t digest, double seconds);

// The thing called `name`, made by `make` unless it is what was asked for last: one lives at a
// time.
std::shared_ptr<void>& kept_place(const std::string& name, std::type_index type);
template <class Thing, class Make>
Thing& kept(const std::string& name, Make make) {
  auto& place = kept_place(name, typeid(Thing));
  if (!place) place = std::shared_ptr<Thing>(make());
  return *static_cast<Thing*>(place.get());
}

}  // namespace reprise::bench
