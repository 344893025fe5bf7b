// Samples in files come back as they were, and a damaged file is not taken.
#include "bench/harness/kept_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/scratch.hpp"

namespace reprise::bench {
namespace {

TrainingSet made(bool sparse, bool targets) {
  TrainingSet set;
  if (sparse) {
    set.sparse_x = Csr(7);
    set.sparse_x.push_row(std::vector<std::int32_t>{0, 6});
    set.sparse_x.push_row(std::vector<std::int32_t>{});
    set.sparse_x.push_row(std::vector<std::int32_t>{3});
  } else {
    set.dense_x = Matrix<float>(3, 2);
    for (std::size_t i = 0; i < 6; ++i) set.dense_x.view().flat()[i] = 0.5f * static_cast<float>(i);
  }
  if (targets) {
    set.targets = Matrix<float>(3, 1);
    set.targets(1, 0) = 1;
  }
  return set;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

TEST(KeptSamples, ComeBackAsTheyWere) {
  const testing::Scratch folder;
  const auto file = folder.path() / "kept";
  EXPECT_FALSE(read_samples(file));
  for (const bool sparse : {true, false}) {
    for (const bool targets : {true, false}) {
      const TrainingSet set = made(sparse, targets);
      write_samples(file, set);
      const auto found = read_samples(file);
      ASSERT_TRUE(found);
      EXPECT_EQ(found->sparse_x.rows(), set.sparse_x.rows());
      for (std::size_t i = 0; i < set.sparse_x.rows(); ++i) {
        const auto row = found->sparse_x.view().row(i), wanted = set.sparse_x.view().row(i);
        EXPECT_TRUE(std::ranges::equal(row, wanted)) << i;
      }
      EXPECT_TRUE(std::ranges::equal(found->dense_x.view().flat(), set.dense_x.view().flat()));
      EXPECT_TRUE(std::ranges::equal(found->targets.view().flat(), set.targets.view().flat()));
    }
  }
}

// Every byte belongs to something that the checksum covers, or to the checksum.
TEST(KeptSamples, ADamagedFileIsNotTaken) {
  const testing::Scratch folder;
  const auto file = folder.path() / "kept";
  write_samples(file, made(true, true));
  const std::string whole = bytes_of(file);
  ASSERT_TRUE(read_samples(file));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    std::ofstream(file, std::ios::binary) << damaged;
    EXPECT_FALSE(read_samples(file)) << "byte " << i;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, whole.size() - 1}) {
    std::ofstream(file, std::ios::binary) << whole.substr(0, size);
    EXPECT_FALSE(read_samples(file)) << size;
  }
}

}  // namespace
}  // namespace reprise::bench
