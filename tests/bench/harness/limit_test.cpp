// The work of an epoch and its limit, by hand-computed numbers; the microkernels; the kept rates.
#include "bench/harness/limit.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "bench/harness/kept_peaks.hpp"
#include "reprise/kernels/isa.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::bench {
namespace {

constexpr LimitRates kRates{.gather = 2, .scatter = 3, .step = 0.5, .gflops = 4};

LayerCase layer(std::size_t batch, std::size_t inputs, std::size_t units,
                Samples samples = Samples::random) {
  return {"", "", batch, inputs, units, relu, samples};
}

TEST(Limit, OfASparseNetworkCountsOnesUpdatesAndTheProductsBehind) {
  TrainingSet set;
  set.sparse_x = Csr(10);
  for (const std::vector<std::int32_t>& row :
       std::vector<std::vector<std::int32_t>>{{0, 1}, {9}, {2, 3, 4}, {5}, {6, 7}}) {
    set.sparse_x.push_row(row);
  }
  const std::vector<LayerCase> layers{layer(2, 10, 4, Samples::imdb), layer(2, 4, 1)};
  // rows 2 to 4 are for training in two batches, rows 0 and 1 for validation
  const EpochWork work =
      epoch_work(set, layers, {.first = 2, .last = 5, .validation = 2, .batch = 2});
  EXPECT_EQ(work.columns, 4u);
  EXPECT_EQ(work.gathers, 6 + 3);
  EXPECT_EQ(work.scatters, 6);
  EXPECT_EQ(work.updates, 2 * (10 * 4 + 4 + 4 * 1 + 1));
  EXPECT_EQ(work.operations, 2 * 4 * 1 * (3 * 3 + 2));
  // 9 x 2 + 6 x 3 + 98 x .5 + 88 / 4 ns
  EXPECT_DOUBLE_EQ(limit_seconds(work, kRates, 1), 107e-9);
  EXPECT_DOUBLE_EQ(limit_seconds(work, kRates, 2), 53.5e-9);
  const EpochWork alone = epoch_work(set, layers, {.first = 2, .last = 5, .batch = 2});
  EXPECT_EQ(alone.gathers, 6);
  EXPECT_EQ(alone.operations, 2 * 4 * 1 * 3 * 3);
}

TEST(Limit, OfADenseNetworkCountsInputsThatAreNot0) {
  TrainingSet set;
  set.dense_x = Matrix<float>(4, 2);
  set.dense_x(0, 0) = 3;
  set.dense_x(2, 1) = 1;
  set.dense_x(3, 1) = -2;
  const std::vector<LayerCase> layers{layer(2, 2, 3, Samples::mnist), layer(2, 3, 2)};
  const EpochWork work =
      epoch_work(set, layers, {.first = 1, .last = 4, .validation = 1, .batch = 2});
  EXPECT_EQ(work.columns, 0u);
  EXPECT_EQ(work.gathers + work.scatters, 0);
  EXPECT_EQ(work.updates, 2 * (2 * 3 + 3 + 3 * 2 + 2));
  EXPECT_EQ(work.operations, 2 * 3 * (2 * 2 + 1) + 2 * 3 * 2 * (3 * 3 + 1));
}

TEST(Limit, AtBatch1LeavesOutUnitsThatAre0) {
  TrainingSet set;
  set.dense_x = Matrix<float>(4, 1);
  for (std::size_t i = 0; i < 4; ++i) set.dense_x(i, 0) = i == 3 ? -1.0f : 1.0f;
  // units x, -x, 2 x and -x: two of four are live for a positive x, and two for the negative one;
  // of the second layer's two, 1 and -1, one is
  std::vector<Matrix<double>> weights{{1, 4}, {1, 4}, {4, 2}, {1, 2}, {2, 1}, {1, 1}};
  weights[0](0, 0) = 1;
  weights[0](0, 1) = -1;
  weights[0](0, 2) = 2;
  weights[0](0, 3) = -1;
  weights[3](0, 0) = 1;
  weights[3](0, 1) = -1;
  const EpochRows rows{.first = 0, .last = 4, .batch = 1};
  const auto live = live_shares(set.dense_x, rows, weights);
  EXPECT_EQ(live, (std::vector<double>{0.5, 0.5}));
  const std::vector<LayerCase> layers{layer(1, 1, 4, Samples::boston), layer(1, 4, 2),
                                      layer(1, 2, 1)};
  const EpochWork work = epoch_work(set, layers, rows, live);
  EXPECT_EQ(work.updates, 4 * ((1 + 1) * 4 + (2 + 1) * 2 + (1 + 1) * 1));
  EXPECT_EQ(work.operations, 2 * 4 * 2 * 4 + 2 * 2 * 2 * 3 * 4 + 2 * 1 * 1 * 3 * 4);
}

TEST(Limit, IsUnknownWithoutRates) { EXPECT_EQ(limit_seconds({.updates = 1}, LimitRates{}, 1), 0); }

TEST(Microkernels, GatherAndScatterAddRows) {
  constexpr std::size_t kRows = 20, kCount = 3, kOnes = 7;
  std::vector<std::uint16_t> ids;
  for (std::size_t k = 0; k < kCount * kOnes; ++k) ids.push_back(5 * k % kRows);
  for (const IsaInfo& isa : isas()) {
    if (!isa.available) continue;
    for (const std::size_t columns : {16, 48, 64, 80}) {
      SCOPED_TRACE(std::string(isa.name) + " " + std::to_string(columns));
      Matrix<float> rows(kRows, columns), samples(kCount, columns), expected(kCount, columns);
      for (std::size_t i = 0; i < kRows; ++i) {
        for (std::size_t j = 0; j < columns; ++j) rows(i, j) = static_cast<float>(i * 100 + j);
      }
      for (std::size_t k = 0; k < ids.size(); ++k) {
        for (std::size_t j = 0; j < columns; ++j) expected(k / kOnes, j) += rows(ids[k], j);
      }
      const SparseTraffic traffic{ids.data(), kCount,           kOnes,
                                  columns,    rows.view().data, samples.view().data};
      microkernels_of(isa.name).gather(traffic);
      EXPECT_TRUE(std::ranges::equal(samples.view().flat(), expected.view().flat()));
      auto wanted = rows;
      for (std::size_t k = 0; k < ids.size(); ++k) {
        for (std::size_t j = 0; j < columns; ++j) wanted(ids[k], j) += samples(k / kOnes, j);
      }
      microkernels_of(isa.name).scatter(traffic);
      EXPECT_TRUE(std::ranges::equal(rows.view().flat(), wanted.view().flat()));
    }
    EXPECT_GT(microkernels_of(isa.name).multiply_add(), 0);
  }
}

TEST(Microkernels, HaveRatesOfEachPart) {
  const LimitRates rates = measure_limit_rates("baseline", 16);
  for (const double rate : {rates.gather, rates.scatter, rates.step, rates.gflops})
    EXPECT_GT(rate, 0);
  EXPECT_EQ(measure_limit_rates("baseline", 0).gather, 0);
}

TEST(KeptLimitRates, AreMeasuredOnceForEachIsaAndWidth) {
  const testing::Scratch scratch;
  const auto file = scratch.path() / "peaks.json";
  double measured = 0;
  bool known = true;
  const auto step_of = [&](const std::string& machine, const std::string& isa,
                           std::size_t columns) {
    return kept_limit_rates(file, machine, isa, columns,
                            [&] {
                              ++measured;
                              return known ? LimitRates{columns > 0 ? 1.0 : 0.0,
                                                        columns > 0 ? 1.0 : 0.0, measured, 1}
                                           : LimitRates{};
                            })
        .step;
  };
  EXPECT_EQ(step_of("this", "avx2", 16), 1);
  EXPECT_EQ(step_of("this", "avx2", 0), 2);
  EXPECT_EQ(step_of("this", "baseline", 16), 3);
  EXPECT_EQ(step_of("this", "avx2", 16), 1);
  EXPECT_EQ(step_of("this", "avx2", 0), 2);
  // the peaks in the same file stay, and keep the rates
  const auto peaks = [] { return Peaks{.gflops = 7, .gbytes = 5}; };
  EXPECT_EQ(kept_peaks(file, "this", 1, peaks).gflops, 7);
  EXPECT_EQ(step_of("this", "avx2", 16), 1);
  EXPECT_EQ(kept_peaks(file, "this", 1, [] { return Peaks{}; }).gflops, 7);
  EXPECT_EQ(step_of("other", "avx2", 16), 4);
  // rates that are unknown are not kept
  known = false;
  EXPECT_EQ(step_of("other", "avx2", 64), 0);
  known = true;
  EXPECT_EQ(step_of("other", "avx2", 64), 6);
  for (const char* text :
       {"[]", R"({"machine": "other", "microkernels": []})",
        R"({"machine": "other", "microkernels": {"avx2, 64 columns": [1, 1]}})",
        R"({"machine": "other", "microkernels": {"avx2, 64 columns": [0, 1, 1, 1]}})"}) {
    std::ofstream(file) << text;
    const double before = measured;
    EXPECT_EQ(step_of("other", "avx2", 64), before + 1) << text;
  }
}

}  // namespace
}  // namespace reprise::bench
