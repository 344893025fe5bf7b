// Cold caches: a job reports all memory that it reads or writes, and flushing changes no value.
#include "bench/harness/cold.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "bench/harness/layer_job.hpp"

namespace reprise::bench {
namespace {

std::size_t bytes_of(const Memory& memory) {
  return std::accumulate(memory.begin(), memory.end(), std::size_t{0},
                         [](std::size_t sum, const auto& bytes) { return sum + bytes.size(); });
}

TEST(Cold, FlushedMemoryKeepsItsValues) {
  std::vector<int> values(100001);
  std::iota(values.begin(), values.end(), 7);
  const auto bytes = std::as_bytes(std::span(values));
  make_cold({bytes.subspan(4), {}, bytes.first(1)});
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], static_cast<int>(i) + 7);
}

TEST(Cold, AJobReportsAllOperandsAndOutputsAsItsMemory) {
  Options options;
  options.standin = options.data_given = true;
  SampleStore store(options);
  const LayerCase& layer = find_layer("reuters_2");  // 512 x 64 by 64 x 64
  const auto job = make_layer_job<float>(store, layer, LayerPart::step, false, false);
  const std::size_t x = 512 * 64, kernel = 64 * 64, y = 512 * 64;
  // x, kernel and bias, dz; y, dx, dkernel, dbias
  EXPECT_EQ(bytes_of(job->memory()), 4 * (x + kernel + 64 + y + y + x + kernel + 64));
  for (const auto& output : job->outputs()) {
    const auto* first = reinterpret_cast<const std::byte*>(output.data());
    const bool there = std::ranges::any_of(
        job->memory(), [&](const auto& bytes) { return bytes.data() == first; });
    EXPECT_TRUE(there);
  }
}

}  // namespace
}  // namespace reprise::bench
