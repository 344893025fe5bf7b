// Time per element as the work grows, on made measurements.
#include "bench/suite/growth.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "bench/cases.hpp"
#include "bench/suite/report.hpp"
#include "reprise/core/process.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::suite {
namespace {

// Every benchmark takes 2 ns an element with the first contender and 1 with the second.
PartResult made_part() {
  PartResult part{"growth", about_part("growth"), PartKind::winners, {}};
  compare::Measurements& m = part.comparison.measurements;
  m.contenders = {{"openmp, 1 thread"}, {"openmp, 2 threads"}, {"openmp, 1 thread again"}};
  part.comparison.commands.assign(3, "bench_growth");
  part.comparison.looks = compare::one_look(2, 0.05);
  m.benchmarks = {"control/frozen_1"};
  m.rounds.resize(2);
  for (compare::Round& round : m.rounds) round.timings.assign(3, {{1, 1, ""}});
  for (const bench::Growth& growth : bench::growths()) {
    for (const std::size_t size : growth.sizes) {
      m.benchmarks.push_back("growth_" + growth.name + "/" + std::to_string(size) + "/dtype:x");
      for (compare::Round& round : m.rounds) {
        for (std::size_t c = 0; c < 3; ++c) {
          const double ns = (c == 1 ? 1 : 2) * growth.elements(size);
          round.timings[c].push_back({ns, ns, ""});
        }
      }
    }
  }
  m.details.assign(3, std::vector<compare::BenchmarkDetails>(m.benchmarks.size()));
  return part;
}

// Multiplies the times of a contender in a benchmark.
void change(PartResult& part, const std::string& name, std::size_t contender, double factor) {
  compare::Measurements& m = part.comparison.measurements;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (!m.benchmarks[b].starts_with(name + "/")) continue;
    for (compare::Round& round : m.rounds) round.timings[contender][b].real_ns *= factor;
  }
}

TEST(Growth, SizesAndElements) {
  for (const bench::Growth& growth : bench::growths()) {
    EXPECT_TRUE(std::ranges::is_sorted(growth.sizes)) << growth.name;
  }
  EXPECT_EQ(bench::growths()[0].elements(4), 3 * 4 * 64 * 64);
  EXPECT_EQ(bench::growths()[1].elements(16), 3 * 128 * 16 * 16);
  // 8 batches of 512 samples with 128 ones each
  EXPECT_EQ(bench::growths()[2].elements(1000), 16 * (2 * 4096 * 128 + 8 * 1000));
  EXPECT_EQ(bench::growths()[3].elements(512), 16 * (2 * 512 * 128 + 10000));
}

TEST(Growth, NamesEachPlaceWhereTheTimePerElementRises) {
  PartResult part = made_part();
  EXPECT_EQ(growth_lines(part),
            (std::vector<std::string>{"The time per element never rises by more than 1.5 from one "
                                      "size to the next larger one."}));
  const auto points = growth_points(part);
  ASSERT_EQ(points.size(), 2u * (7 + 5 + 5 + 4));
  EXPECT_EQ(points[0].rise, 0);
  EXPECT_NEAR(points[0].per_element_ns, 2, 1e-12);
  EXPECT_NEAR(points[1].rise, 1, 1e-12);
  change(part, "growth_width/1024", 1, 1.6);  // the next larger size then falls
  change(part, "growth_vocabulary/3000", 0, 1.4);
  EXPECT_EQ(growth_lines(part), (std::vector<std::string>{
                                    "width 1024, openmp, 2 threads: an element takes 1.60 times as "
                                    "long as at the next smaller size"}));
}

TEST(Growth, IsOnThePageAndDrawn) {
  SuiteResult result;
  result.parts.push_back(made_part());
  result.parts.back().comparison.judgement.alpha = 0.05;
  change(result.parts.back(), "growth_rows/2048", 0, 2);
  std::ostringstream page, text;
  print_markdown(page, result);
  print(text, result);
  const std::string line = "rows 2048, openmp, 1 thread: an element takes 2.00 times as long";
  EXPECT_NE(page.str().find("- " + line), std::string::npos) << page.str();
  EXPECT_NE(page.str().find("![Time per element by size](growth.svg)"), std::string::npos);
  EXPECT_NE(page.str().find("| width | 64 | openmp, 2 threads | 1.57 ms | 1 | 1.00 |"),
            std::string::npos)
      << page.str();
  EXPECT_NE(text.str().find(line), std::string::npos) << text.str();
  if (find_program("gnuplot").empty()) GTEST_SKIP() << "gnuplot is missing";
  const testing::Scratch scratch;
  draw_growth(result, scratch.path() / "growth.svg");
  std::ifstream in(scratch.path() / "growth.svg");
  std::stringstream picture;
  picture << in.rdbuf();
  EXPECT_NE(picture.str().find("time per multiply-add"), std::string::npos);
}

}  // namespace
}  // namespace reprise::suite
