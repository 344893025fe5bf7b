#include "bench/compare/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "bench/compare/control_clock.hpp"
#include "bench/compare/duration.hpp"
#include "reprise/core/exit_code.hpp"

namespace reprise::compare {

namespace {

std::string ratio_text(double ratio) {
  if (!std::isfinite(ratio)) return ratio > 0 ? "inf" : "?";
  if (ratio < 0.1) return fmt::format("{:.2g}", ratio);
  return ratio >= 100 ? fmt::format("{:.0f}", ratio) : fmt::format("{:.3f}", ratio);
}

std::string interval_text(double low, double high) {
  return fmt::format("[{}, {}]", ratio_text(low), ratio_text(high));
}

std::string percent(double share) {
  return std::isfinite(share) ? fmt::format("{:.0f} %", std::ceil(100 * share)) : "none";
}

std::string verdict_text(const Verdict& row) {
  std::string text(name_of(row.label));
  if (row.label == Label::failed) text += ": " + row.error;
  if (row.bits_vary) {
    text += ", bits vary";
  } else if (row.different_bits) {
    text += ", other bits";
  }
  return text;
}

std::string summary(const std::vector<Verdict>& rows) {
  std::map<Label, int> counts;
  for (const Verdict& row : rows) ++counts[row.label];
  std::vector<std::string> parts;
  for (const auto& [label, count] : counts)
    parts.push_back(fmt::format("{} {}", count, name_of(label)));
  return fmt::format("{} rows: {}", rows.size(), fmt::join(parts, ", "));
}

std::size_t name_width(const std::vector<std::string>& rows) {
  std::size_t width = 3;
  for (const std::string& row : rows) width = std::max(width, row.size());
  return width;
}

}  // namespace

std::string time_text(double ns) {
  if (!std::isfinite(ns)) return "-";
  // limits below what three digits round up to the next unit
  for (const auto& [limit, scale, unit] :
       {std::tuple(999.5, 1.0, "ns"), std::tuple(999.5e3, 1e3, "us"),
        std::tuple(999.5e6, 1e6, "ms")}) {
    if (ns < limit) return fmt::format("{:.3g} {}", ns / scale, unit);
  }
  return fmt::format("{:.4g} s", ns / 1e9);
}

namespace {

std::string detectable_line(const Comparison& c, const Pairs* pairs) {
  const ControlVerdict& control = c.judgement.control;
  const double median =
      pairs ? pairs->median_minimum_detectable_effect : control.median_minimum_detectable_effect;
  const double largest =
      pairs ? pairs->largest_minimum_detectable_effect : control.largest_minimum_detectable_effect;
  const std::string& row = pairs ? pairs->least_sensitive_benchmark : control.least_sensitive_benchmark;
  if (pairs && c.judgement.rounds < pairs->rounds_needed) {
    return fmt::format(
        "{} rounds tell none of {} pairs apart, however large the change: that needs {}",
        c.judgement.rounds, pairs->verdicts.size(), pairs->rounds_needed);
  }
  if (!pairs && control.benchmarks == 0) return "every row of A has failed: nothing is compared";
  if (!std::isfinite(median)) {
    return "so few rounds call no row different, however large the change";
  }
  return fmt::format(
      "smallest change that this run finds in 9 of 10 cases: {} in the median {}, {} "
      "in {}",
      percent(median), pairs ? fmt::format("of {} pairs", pairs->verdicts.size()) : "row",
      percent(largest), row.empty() ? "any" : row);
}

// Of the rounds, or of a row of the programs where an older record has only that.
std::string control_line(const Comparison& c) {
  const Measurements& m = c.measurements;
  double time = m.control_time();
  for (std::size_t r = 0; r < m.benchmarks.size() && !std::isfinite(time); ++r) {
    if (is_control(m.benchmarks[r])) time = m.median_time(0, r, c.judging.clock);
  }
  if (!std::isfinite(time)) return "";
  return fmt::format("control kernel {}: {}", kControlName, time_text(time));
}

}  // namespace

std::vector<std::string> head_lines(const Comparison& c, const Pairs* pairs) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i + 1 < c.commands.size(); ++i) {
    lines.push_back(fmt::format("{}: {}", letter_of(i),
                                c.measurements.contenders[i].name == c.commands[i]
                                    ? c.commands[i]
                                    : c.measurements.contenders[i].name + " = " + c.commands[i]));
  }
  const Judgement& j = c.judgement;
  lines.push_back(fmt::format("{} of {} rounds of fresh processes in {}{}", j.rounds,
                              c.looks.rounds.back(), clock_time(c.seconds),
                              c.stopped_early ? ", ended early: every row is decided"
                              : c.out_of_time ? ", ended by the time budget"
                                              : ""));
  const ControlVerdict& control = j.control;
  lines.push_back(fmt::format("A/A control: A beside itself {} {}, {} of {} rows called different",
                              ratio_text(control.ratio), interval_text(control.low, control.high),
                              control.called_different, control.benchmarks));
  if (c.commands.size() > 2) lines.push_back(detectable_line(c, pairs));
  if (const auto line = control_line(c); !line.empty()) lines.push_back(line);
  if (c.failure)
    lines.push_back(fmt::format("ended in round {}: {}", j.rounds + 1, c.failure->what()));
  for (const std::string& spoiler : c.noise_warnings) lines.push_back("beware: " + spoiler);
  return lines;
}

std::vector<std::string> foot_lines(const Comparison& c) {
  std::vector<std::string> lines;
  const Judgement& j = c.judgement;
  const double smallest = 2 * std::pow(0.5, j.rounds) * static_cast<double>(j.verdicts.size());
  if (smallest > j.alpha && j.undecided() > 0) {
    int needed = 1;
    while (2 * std::pow(0.5, needed) * static_cast<double>(j.verdicts.size()) > j.alpha) ++needed;
    lines.push_back(
        fmt::format("{} rounds cannot call any of {} rows different at {:.2g}: that needs {}",
                    j.rounds, j.verdicts.size(), j.alpha, needed));
  }
  for (const std::string& extra : c.measurements.left_out) {
    lines.push_back(fmt::format("left out: {}", extra));
  }
  lines.push_back(summary(j.verdicts));
  return lines;
}

void print(std::ostream& out, const Comparison& c) {
  for (const std::string& line : head_lines(c)) out << line << '\n';
  const Measurements& m = c.measurements;
  const std::size_t width = name_width(m.benchmarks);
  out << fmt::format("\n{:<{}}  {:>3} {:>9} {:>8} {:>17} {:>8}  {}\n", "row", width, "", "time",
                     "ratio", "interval", "p (Holm)", "verdict");
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    out << fmt::format("{:<{}}  {:>3} {:>9}\n", m.benchmarks[r], width, "A",
                       time_text(m.shown_time(0, r, c.judging.clock)));
    for (const Verdict& row : c.judgement.verdicts) {
      if (row.benchmark != r) continue;
      const bool failed = row.label == Label::failed;
      out << fmt::format(
          "{:<{}}  {:>3} {:>9} {:>8} {:>17} {:>8}  {}\n", "", width, letter_of(row.contender),
          time_text(m.shown_time(row.contender, r, c.judging.clock)),
          failed ? "-" : ratio_text(row.ratio), failed ? "-" : interval_text(row.low, row.high),
          failed ? "-" : fmt::format("{:.2g}", row.adjusted_p), verdict_text(row));
    }
  }
  out << '\n';
  for (const std::string& line : foot_lines(c)) out << line << '\n';
}

void print(std::ostream& out, const UnpairedComparison& c) {
  for (const std::string& warning : c.warnings) out << "beware: " << warning << '\n';
  const std::size_t width = name_width(c.benchmarks);
  out << fmt::format("\n{:<{}}  {:>8} {:>17} {:>8}  {}\n", "row", width, "ratio", "interval",
                     "p (Holm)", "verdict");
  for (const Verdict& row : c.verdicts) {
    const bool failed = row.label == Label::failed;
    std::string verdict = verdict_text(row);
    if (c.fewest_repetitions[row.benchmark] < 4 && row.label == Label::insufficient_data) {
      verdict += fmt::format(" ({} repetitions; --benchmark_repetitions=10 gives more)",
                             c.fewest_repetitions[row.benchmark]);
    }
    out << fmt::format("{:<{}}  {:>8} {:>17} {:>8}  {}\n", c.benchmarks[row.benchmark], width,
                       failed ? "-" : ratio_text(row.ratio),
                       failed ? "-" : interval_text(row.low, row.high),
                       failed ? "-" : fmt::format("{:.2g}", row.adjusted_p), verdict);
  }
  out << '\n';
  for (const std::string& extra : c.left_out) out << "left out: " << extra << '\n';
  out << summary(c.verdicts) << '\n';
}

namespace {

// A bar within a cell ends none.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

// "| 1.02 | [1.00, 1.04] | 0.3 | unchanged |", without numbers where a row has failed
std::string verdict_cells(const Verdict& row) {
  if (row.label == Label::failed) {
    return fmt::format("| - | - | - | {} |", cell(verdict_text(row)));
  }
  return fmt::format("| {} | {} | {:.2g} | {} |", ratio_text(row.ratio),
                     interval_text(row.low, row.high), row.adjusted_p, verdict_text(row));
}

}  // namespace

void print_markdown(std::ostream& out, const UnpairedComparison& c) {
  out << "# Comparison of two result files\n\n";
  for (const std::string& warning : c.warnings) out << "- beware: " << warning << '\n';
  out << "\n| row | ratio | interval | p (Holm) | verdict |\n|---|---:|---|---:|---|\n";
  for (const Verdict& row : c.verdicts) {
    out << fmt::format("| {} {}\n", cell(c.benchmarks[row.benchmark]), verdict_cells(row));
  }
  out << '\n';
  for (const std::string& extra : c.left_out) out << "left out: " << extra << "\n\n";
  out << summary(c.verdicts) << '\n';
}

void print_markdown(std::ostream& out, const Comparison& c) {
  out << "# Comparison\n\n";
  for (const std::string& line : head_lines(c)) out << "- " << line << '\n';
  out << "\n| row | | time | ratio | interval | p (Holm) | verdict |\n"
         "|---|---|---:|---:|---|---:|---|\n";
  const Measurements& m = c.measurements;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    out << fmt::format("| {} | A | {} | | | | |\n", cell(m.benchmarks[r]),
                       time_text(m.shown_time(0, r, c.judging.clock)));
    for (const Verdict& row : c.judgement.verdicts) {
      if (row.benchmark != r) continue;
      out << fmt::format("| | {} | {} {}\n", letter_of(row.contender),
                         time_text(m.shown_time(row.contender, r, c.judging.clock)),
                         verdict_cells(row));
    }
  }
  out << '\n';
  for (const std::string& line : foot_lines(c)) out << line << "\n\n";
}

ExitCode exit_code_of(const std::vector<Verdict>& rows) {
  const auto any = [&](Label label) {
    return std::ranges::any_of(rows, [&](const Verdict& row) { return row.label == label; });
  };
  if (any(Label::regression) || any(Label::failed)) return ExitCode::no;
  return any(Label::insufficient_data) ? ExitCode::undecided : ExitCode::done;
}

}  // namespace reprise::compare
