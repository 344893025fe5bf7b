#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/compare/report.hpp"
#include "bench/suite/answers.hpp"
#include "bench/suite/report.hpp"
#include "reprise/record/plot.hpp"

namespace reprise::suite {

using compare::Clock;
using compare::Comparison;
using compare::is_control;
using compare::Measurements;

namespace {

// The contender with the smallest time, or 0 if none has a time.
std::size_t fastest_of(const Measurements& m, std::size_t benchmark, Clock clock) {
  std::size_t best = 0;
  for (std::size_t c = 1; c < m.control(); ++c) {
    const double time = m.shown_time(c, benchmark, clock);
    const double smallest = m.shown_time(best, benchmark, clock);
    if (time < smallest || std::isnan(smallest)) best = c;
  }
  return best;
}

double counter(const Measurements& m, std::size_t contender, std::size_t benchmark,
               const char* name) {
  const auto& counters = m.details[contender][benchmark].counters;
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second;
}

}  // namespace

void draw_layers(const SuiteResult& result, const std::filesystem::path& file) {
  const PartResult* part = result.find("layers");
  if (part == nullptr) return;
  const Comparison& layers = part->comparison;
  const Measurements& m = layers.measurements;
  const auto shown = benchmarks_of(m);
  if (shown.empty()) return;
  // labels on dark cells are white; lines separate the backends
  constexpr double kDark = 2.2;  // of the palette's 0 to 4
  std::string data, x_tics, y_tics, lines;
  for (std::size_t c = 0; c < m.control(); ++c) {
    if (c > 0 && setting_of(m, c, "backend") != setting_of(m, c - 1, "backend")) {
      lines += fmt::format("set arrow from {0},-0.5 to {0},{1}.5 nohead front lc rgb '#777777'\n",
                           static_cast<double>(c) - 0.5, shown.size() - 1);
    }
    x_tics += fmt::format("{}{} {}", c == 0 ? "" : ", ", gnuplot_quoted(m.contenders[c].name), c);
  }
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const std::size_t r = shown[i];
    const Clock clock = layers.judging.clock;
    const double best = m.shown_time(fastest_of(m, r, clock), r, clock);
    y_tics +=
        fmt::format("{}{} {}", i == 0 ? "" : ", ", gnuplot_quoted(subject_of(m.benchmarks[r])), i);
    for (std::size_t c = 0; c < m.control(); ++c) {
      const double time = m.shown_time(c, r, clock);
      const double shade = std::isfinite(time) ? std::min(std::log2(time / best), 4.0) : 4;
      data += fmt::format("{} {} {} \"{}\" {}\n", c, i, shade,
                          std::isfinite(time) ? compare::time_text(time) : "-",
                          shade > kDark ? "0xffffff" : "0x000000");
    }
  }
  const std::string script = fmt::format(
      "$cells << END\n{}END\n"
      "set title \"Training step of each layer: median time\\nThe darker, the slower relative to "
      "the fastest in its row\" noenhanced\n"
      "set palette defined (0 '#ffffff', 1 '#fdd49e', 2 '#fc8d59', 4 '#7f0000')\n"
      "set cbrange [0:4]\nset cbtics ('1 x' 0, '2 x' 1, '4 x' 2, '8 x' 3, '16 x' 4)\n"
      "set xtics ({}) rotate by 20 right noenhanced\nset ytics ({}) noenhanced\n"
      "set xrange [-0.5:{}.5]\nset yrange [{}.5:-0.5]\nset tics scale 0\nunset key\n{}"
      "plot $cells using 1:2:3 with image pixels, "
      "$cells using 1:2:4:5 with labels tc rgb variable font ',11'\n",
      data, x_tics, y_tics, m.control() - 1, shown.size() - 1, lines);
  write_script_svg(script, file, 220 + 110 * static_cast<int>(m.control()),
                   140 + 30 * static_cast<int>(shown.size()));
}

void draw_roofline(const SuiteResult& result, const std::filesystem::path& file) {
  const PartResult* part = result.find("layers");
  if (part == nullptr) return;
  const Comparison& layers = part->comparison;
  const Measurements& m = layers.measurements;
  // each layer has its own mark and line in the legend, because names beside the points would
  // overlap
  std::string points, series;
  int number = 0;
  for (const std::size_t r : benchmarks_of(m)) {
    const std::size_t at = fastest_of(m, r, layers.judging.clock);
    const double fastest = m.shown_time(at, r, layers.judging.clock);
    // the work is the first round's rate multiplied by its time
    const double first = m.rounds.front().timings[at][r].real_ns;
    const double flops = counter(m, at, r, "GFLOP/s") * first;
    const double bytes = counter(m, at, r, "GB/s") * first;
    if (flops <= 0 || bytes <= 0 || std::isnan(fastest)) continue;
    points += fmt::format("{} {}\n", flops / bytes, flops / fastest);
    series += fmt::format(
        ", \\\n  $points every ::{0}::{0} using 1:2 with points pt {1} lc {1} lw 2 title {2}",
        number, number + 1, gnuplot_quoted(subject_of(m.benchmarks[r])));
    ++number;
  }
  // a line for each place from which the operands can come, up to the rate of computing
  const double peak = std::max(result.gflops, result.roofs.gflops);
  std::string roofs;
  std::vector<bench::CacheRoof> places = result.roofs.caches;
  places.push_back({"triad, " + result.triad_place, result.gbytes});
  for (std::size_t i = 0; i < places.size(); ++i) {
    roofs += fmt::format(
        "{}{} * x < {} ? {} * x : {} with lines lw 2 dt {} lc rgb '#000000' title {}",
        i == 0 ? "" : ", \\\n  ", places[i].gbytes, peak, places[i].gbytes, peak, i + 1,
        gnuplot_quoted(fmt::format("{}: {:.0f} GB/s", places[i].place, places[i].gbytes)));
  }
  const std::string script = fmt::format(
      "$points << END\n{0}END\n"
      "set title 'Rate of each layer (fastest configuration) below the peak rates of this machine, "
      "{1:.0f} GFLOP/s' noenhanced\n"
      "set logscale xy\nset xlabel 'operations per byte'\nset ylabel 'GFLOP/s'\nset grid\n"
      "set xrange [0.05:1000]\nset key outside right noenhanced\n"
      "plot {2}{3}\n",
      points, peak, roofs, series);
  write_script_svg(script, file, 860, 480);
}

}  // namespace reprise::suite
