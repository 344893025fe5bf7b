// The control kernel has not changed by a single byte; bench/harness/control.hpp says why.
#include "bench/harness/control.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "reprise/data/checksum.hpp"

namespace reprise::bench {
namespace {

TEST(Control, IsFrozen) {
  EXPECT_EQ(control_frozen_1(1), kControlFrozen1);
  const std::filesystem::path directory =
      std::filesystem::path(REPRISE_SOURCE_DIR) / "bench/harness";
  EXPECT_EQ(file_digest(directory / "control.cpp", "sha256"),
            "c5d2619f0418faa34463c937597d69df97bd71139d6697fd3ba6ccc3b64dfc18");
  EXPECT_EQ(file_digest(directory / "control.hpp", "sha256"),
            "82d2d3d29f54dbf32df202d61cc4561d4d8f9eadb31afac70a10b80e6a682ac0");
}

}  // namespace
}  // namespace reprise::bench
