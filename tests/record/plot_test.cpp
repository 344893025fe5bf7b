// Figures drawn by gnuplot show the given values, and text in a title is never interpreted.
#include "reprise/record/plot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <utility>

#include "reprise/core/error.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Figure figure() {
  return {"curve",
          "It's a 'title' $(rm)",
          "Loss",
          {{"Training", true, {0.5, 0.3, 0.2}}, {"Validation", false, {0.4, 0.35, 0.5}}}};
}

#define REPRISE_NEEDS_GNUPLOT \
  if (!gnuplot_is_there()) GTEST_SKIP() << "gnuplot is not installed"

TEST(Plot, WritesAnSvgWithTitleAndBothSeries) {
  REPRISE_NEEDS_GNUPLOT;
  const testing::Scratch scratch;
  write_svg(figure(), scratch.path() / "new folder");
  std::stringstream text;
  text << std::ifstream(scratch.path() / "new folder" / "curve.svg").rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("<svg"));
  EXPECT_THAT(text.str(), HasSubstr("</svg>"));
  EXPECT_THAT(text.str(), HasSubstr("title"));
  EXPECT_THAT(text.str(), HasSubstr("Training"));
  EXPECT_THAT(text.str(), HasSubstr("Validation"));
}

TEST(Plot, DrawsDotsAndAxesInTheTerminalAndColoursOnlyOnRequest) {
  REPRISE_NEEDS_GNUPLOT;
  std::stringstream plain, coloured;
  draw_in_terminal(figure(), plain, false);
  draw_in_terminal(figure(), coloured, true);
  EXPECT_THAT(plain.str(), HasSubstr("Epochs"));
  EXPECT_THAT(plain.str(), HasSubstr(" o "));
  EXPECT_THAT(plain.str(), Not(HasSubstr("\033[")));
  EXPECT_THAT(coloured.str(), HasSubstr("\033["));
}

// Curves of a diverged network, on which gnuplot alone fails with many lines.
TEST(Plot, DrawsNaNAndSingleValuesWithoutWarnings) {
  REPRISE_NEEDS_GNUPLOT;
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = 1 / 0.0;
  for (const std::vector<double>& values :
       {std::vector{nan, -nan, nan}, {nan, 0.5, inf}, {inf, -inf}, {0.3}, {0.0, 0.0}}) {
    std::stringstream out;
    ::testing::internal::CaptureStderr();
    EXPECT_NO_THROW(
        draw_in_terminal({"curve", "A title", "Loss", {{"a", false, values}}}, out, false));
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    EXPECT_THAT(out.str(), HasSubstr("Epochs"));
  }
}

// Puts a shell script in the place of gnuplot.
class Gnuplot {
 public:
  explicit Gnuplot(const std::string& script) {
    const auto file = scratch_.path() / "gnuplot";
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    setenv("PATH", (scratch_.path().string() + ":" + path_).c_str(), 1);
  }
  ~Gnuplot() { setenv("PATH", path_.c_str(), 1); }
  Gnuplot(const Gnuplot&) = delete;
  Gnuplot& operator=(const Gnuplot&) = delete;

 private:
  testing::Scratch scratch_;
  std::string path_ = std::getenv("PATH");
};

TEST(Plot, KeepsTheOldPictureIfGnuplotFailsOrDrawsNoPicture) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"cat >/dev/null", "gnuplot wrote nothing, expected an SVG picture"},
      {"echo '<svg>'", "gnuplot wrote no end </svg>"},
      {"echo '<svg></svg>'; echo 'line 3: no' >&2; exit 1", "gnuplot: exit code 1 (line 3: no)"},
      {"kill -KILL $$", "gnuplot: crashed: Killed"}};
  for (const auto& [script, part] : cases) {
    const Gnuplot fake(script);
    const testing::Scratch scratch;
    std::ofstream(scratch.path() / "curve.svg") << "old";
    std::string line;
    try {
      write_svg(figure(), scratch.path());
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::usage);
      line = error.what();
    }
    EXPECT_THAT(line, HasSubstr((scratch.path() / "curve.svg").string() + ": not drawn: " + part));
    std::stringstream text;
    text << std::ifstream(scratch.path() / "curve.svg").rdbuf();
    EXPECT_EQ(text.str(), "old");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.path()), {}), 1);
  }
}

TEST(Plot, KeepsTheWholePicture) {
  const Gnuplot fake("echo '<svg><g>'; head -c 300000 /dev/zero | tr '\\0' x; echo '</svg>'");
  const testing::Scratch scratch;
  write_svg(figure(), scratch.path());
  EXPECT_EQ(std::filesystem::file_size(scratch.path() / "curve.svg"), 300016u);
}

TEST(Plot, WhatATerminalWouldObeyIsNoDrawing) {
  for (const char* written :
       {"printf '\\033[31mbad\\007'", "head -c 100000 /dev/zero | tr '\\0' x"}) {
    const Gnuplot fake(std::string("cat >/dev/null; ") + written);
    std::stringstream out;
    EXPECT_THROW(draw_in_terminal(figure(), out, false), Error);
    EXPECT_EQ(out.str(), "");
  }
}

TEST(Plot, AnEmptyDrawingIsAnError) {
  const Gnuplot fake("cat >/dev/null; echo");
  std::stringstream out;
  EXPECT_THROW(draw_in_terminal(figure(), out, false), Error);
}

TEST(Plot, AProgramThatIsNotThereIsMissing) {
  const Gnuplot fake("exit 127");
  std::stringstream out;
  EXPECT_FALSE(gnuplot_is_there());
  try {
    draw_in_terminal(figure(), out, false);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::missing);
  }
}

TEST(Plot, UnwritableFolderIsAUsageError) {
  const testing::Scratch scratch;
  std::ofstream(scratch.path() / "file") << "x";
  try {
    write_svg(figure(), scratch.path() / "file");
    FAIL() << "a file was taken for a folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
  }
}

}  // namespace
}  // namespace reprise
