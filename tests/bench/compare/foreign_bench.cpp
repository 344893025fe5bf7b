// A Google Benchmark program that knows nothing of Reprise, as a user of `reprise compare` has.
// FOREIGN_SIZE makes its benchmark BM_Fill slower.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

static void BM_Sum(benchmark::State& state) {
  std::vector<int> values(1000, 3);
  for (auto _ : state) benchmark::DoNotOptimize(std::accumulate(values.begin(), values.end(), 0));
}
BENCHMARK(BM_Sum);
// a benchmark that writes no repetitions
BENCHMARK(BM_Sum)->Name("BM_Aggregates")->Repetitions(3)->ReportAggregatesOnly();

static void BM_Fill(benchmark::State& state) {
  const char* size = std::getenv("FOREIGN_SIZE");
  std::vector<int> values(static_cast<std::size_t>(size == nullptr ? 1000 : std::atoi(size)));
  for (auto _ : state) {
    std::iota(values.begin(), values.end(), 1);
    benchmark::DoNotOptimize(values.data());
    benchmark::ClobberMemory();
  }
  state.counters["nothing"] = 0;  // its coefficient of variation is written as NaN
}
BENCHMARK(BM_Fill);

BENCHMARK_MAIN();
