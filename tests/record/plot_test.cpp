// Figures drawn by gnuplot show the given values, and text in a title is never interpreted.
#include "reprise/record/plot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>

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
