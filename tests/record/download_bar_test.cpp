// The bar of a download: redrawn in a terminal with what is left, one plain line into a file.
#include "reprise/record/download_bar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace reprise {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// What is shown of these, one after the other.
std::string shown(bool terminal, const std::vector<DownloadStatus>& statuses) {
  std::stringstream out;
  DownloadBar bar(out, terminal);
  for (const DownloadStatus& status : statuses) bar.show(status);
  return out.str();
}

TEST(DownloadBar, TerminalGetsABarSpeedAndTimeLeft) {
  const std::string text = shown(true, {{"imdb.npz", 5'000'000, 20'000'000, 200'000}});
  EXPECT_EQ(text, "\r\033[Kimdb.npz ━━━━━─────────────── 5.0 MB of 20.0 MB, 0.2 MB/s, 1:15 left");
}

TEST(DownloadBar, IsRedrawnAtMostTwentyTimesASecondAndFullAtTheEnd) {
  const std::string text = shown(true, {{"x", 1'000'000, 4'000'000, 1e6},
                                        {"x", 2'000'000, 4'000'000, 1e6},
                                        {"x", 4'000'000, 4'000'000, 1e6}});
  EXPECT_THAT(text, ::testing::Not(HasSubstr("2.0 MB of")));
  EXPECT_THAT(text, EndsWith("━━━━━━━━━━━━━━━━━━━━ 4.0 MB of 4.0 MB, 1.0 MB/s, 0:00 left\n"));
}

TEST(DownloadBar, UnknownSizeHasNoTimeLeft) {
  EXPECT_THAT(shown(true, {{"x", 1'500'000, 0, 1e6}}), EndsWith("─ 1.5 MB"));
  EXPECT_EQ(shown(false, {{"x", 1, 0, 1e6}}), "x: downloading\n");
}

TEST(DownloadBar, FileGetsOneLineAFileAndTheNotes) {
  EXPECT_EQ(shown(false, {{"x", 1, 2'000'000, 1e6},
                          {"x", 2, 2'000'000, 1e6},
                          {"x", 0, 0, 0, "cut; attempt 2 of 6 in 0.5 s"},
                          {"x", 3, 2'000'000, 1e6},
                          {"y", 1, 3'000'000, 1e6}}),
            "x: downloading 2.0 MB\nx: cut; attempt 2 of 6 in 0.5 s\ny: downloading 3.0 MB\n");
}

TEST(DownloadBar, WhatFollowsABarBeginsALine) {
  std::stringstream out;
  DownloadBar(out, true).show({"x", 1'000'000, 4'000'000, 1e6});
  EXPECT_THAT(out.str(), EndsWith(" left\n"));
  const std::string text = shown(true, {{"x", 1'000'000, 4'000'000, 1e6}, {"x", 0, 0, 0, "cut"}});
  EXPECT_THAT(text, EndsWith(" left\nx: cut\n"));
}

}  // namespace
}  // namespace reprise
