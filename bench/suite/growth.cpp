#include "bench/suite/growth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/cases.hpp"
#include "reprise/record/plot.hpp"

namespace reprise::suite {

namespace {

using bench::Growth;
using compare::Measurements;

// The benchmark of this growth and size, or the number of benchmarks.
std::size_t benchmark_of(const Measurements& m, const Growth& growth, std::size_t size) {
  const std::string begin = fmt::format("growth_{}/{}/", growth.name, size);
  return static_cast<std::size_t>(
      std::ranges::find_if(m.benchmarks,
                           [&](const std::string& name) { return name.starts_with(begin); }) -
      m.benchmarks.begin());
}

}  // namespace

std::vector<GrowthPoint> growth_points(const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  std::vector<GrowthPoint> points;
  for (const Growth& growth : bench::growths()) {
    for (std::size_t c = 0; c < m.control(); ++c) {
      double before = 0;
      for (const std::size_t size : growth.sizes) {
        const std::size_t b = benchmark_of(m, growth, size);
        if (b == m.benchmarks.size()) continue;
        const double ns = m.shown_time(c, b, part.comparison.judging.clock);
        if (!std::isfinite(ns)) continue;
        const double each = ns / growth.elements(size);
        points.push_back(
            {growth.name, m.contenders[c].name, size, ns, each, before > 0 ? each / before : 0});
        before = each;
      }
    }
  }
  return points;
}

std::vector<std::string> growth_lines(const PartResult& part) {
  std::vector<std::string> lines;
  for (const GrowthPoint& point : growth_points(part)) {
    if (point.rise <= kLargestRise) continue;
    lines.push_back(
        fmt::format("{} {}, {}: an element takes {:.2f} times as long as at the next smaller size",
                    point.growth, point.size, point.contender, point.rise));
  }
  if (lines.empty()) {
    lines.push_back(fmt::format(
        "The time per element never rises by more than {} from one size to the next larger one.",
        kLargestRise));
  }
  return lines;
}

void draw_growth(const SuiteResult& result, const std::filesystem::path& file) {
  const PartResult* part = result.find("growth");
  if (part == nullptr) return;
  const auto points = growth_points(*part);
  const Measurements& m = part->comparison.measurements;
  std::string data, plots;
  int block = 0;
  for (const Growth& growth : bench::growths()) {
    std::string series;
    for (std::size_t c = 0; c < m.control(); ++c) {
      std::string lines;
      for (const GrowthPoint& point : points) {
        if (point.growth != growth.name || point.contender != m.contenders[c].name) continue;
        lines += fmt::format("{} {}\n", point.size, point.per_element_ns);
      }
      if (lines.empty()) continue;
      data += fmt::format("$points{} << END\n{}END\n", block, lines);
      series +=
          fmt::format("{}$points{} with linespoints pt 7 lw 2 title {}",
                      series.empty() ? "plot " : ", ", block, gnuplot_quoted(m.contenders[c].name));
      ++block;
    }
    if (series.empty()) continue;
    plots += fmt::format("set title {}\nset xlabel {}\n{}\n", gnuplot_quoted(growth.about),
                         gnuplot_quoted(growth.name), series);
  }
  if (plots.empty()) return;
  const std::string script = fmt::format(
      "{}set logscale xy\nset ylabel 'ns per element'\nset grid\nset key top right noenhanced\n"
      "set multiplot layout 2,2\n{}unset multiplot\n",
      data, plots);
  write_script_svg(script, file, 1000, 760);
}

}  // namespace reprise::suite
