// HugePageVector behaves like std::vector, with its own memory.
#include "reprise/core/huge_page_vector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace reprise {
namespace {

TEST(HugePageVector, HoldsItsElementsAtAllSizes) {
  for (const std::size_t n : {0u, 1u, 1000u, 1u << 20, (1u << 20) + 1, 5u << 20}) {
    HugePageVector<std::int32_t> values(n);
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<std::int32_t>(i);
    HugePageVector<std::int32_t> copy = values;
    EXPECT_EQ(copy, values);
    copy.resize(2 * n + 1, 7);  // reallocates
    EXPECT_TRUE(std::equal(values.begin(), values.end(), copy.begin()));
    EXPECT_EQ(std::ranges::count(copy.begin() + static_cast<std::ptrdiff_t>(n), copy.end(), 7),
              static_cast<std::ptrdiff_t>(n + 1));
  }
}

TEST(HugePageVector, FillsWithAGivenValue) {
  const HugePageVector<double> zeros(3 << 20, 0.0);
  EXPECT_TRUE(std::ranges::all_of(zeros, [](double value) { return value == 0; }));
}

TEST(HugePageVector, AlignsLargeVectorsToHugePages) {
  const HugePageVector<std::int32_t> values(1 << 20);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data()) % (2 << 20), 0u);
}

TEST(HugePageVector, ThrowsWhenTheSizeOverflows) {
  HugePageAllocator<std::int64_t> allocator;
  EXPECT_THROW(allocator.allocate(std::numeric_limits<std::size_t>::max() / 8), std::bad_alloc);
}

}  // namespace
}  // namespace reprise
