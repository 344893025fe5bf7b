#include "bench/compare/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "bench/compare/benchmark_name.hpp"
#include "bench/compare/duration.hpp"
#include "bench/compare/number_text.hpp"

namespace reprise::compare {

namespace {

// The width of the column of names.
std::size_t name_width(const std::vector<std::string>& names) {
  std::size_t width = std::string_view("benchmark").size();
  for (const std::string& name : names) width = std::max(width, name.size());
  return width;
}

// "failed in A: wrong answer"
std::string failed_text(const Verdict& v, const std::string& base, const std::string& head) {
  if (v.base_error.empty()) return fmt::format("failed in {}: {}", head, v.head_error);
  if (v.head_error.empty()) return fmt::format("failed in {}: {}", base, v.base_error);
  if (v.base_error == v.head_error) {
    return fmt::format("failed in {} and {}: {}", base, head, v.head_error);
  }
  return fmt::format("failed in {}: {}; in {}: {}", base, v.base_error, head, v.head_error);
}

// A verdict as columns of a table; a failed one has no numbers. `base` and `head`: what the two
// that were compared are called.
struct VerdictTexts {
  VerdictTexts(const Verdict& v, const std::string& base, const std::string& head)
      : verdict(name_of(v.label)) {
    if (v.label == Label::failed) {
      verdict = failed_text(v, base, head);
    } else {
      ratio = ratio_text(v.ratio);
      interval = interval_text(v.low, v.high);
      p = fmt::format("{:.2g}", v.adjusted_p);
    }
    if (v.control_differs) verdict += ", A differs from itself";
    if (v.bits_vary) {
      verdict += ", bits vary";
    } else if (v.different_bits) {
      verdict += ", different bits";
    }
  }
  // "| 1.02 | [1.00, 1.04] | 0.3 | unchanged |"
  std::string cells() const {
    return fmt::format("| {} | {} | {} | {} |", ratio, interval, p, cell_text(verdict));
  }
  std::string ratio = "-", interval = "-", p = "-", verdict;
};

// "B compared with A: slower in 1, unchanged in 19 of 20 benchmarks."
std::string finding_line(const std::string& b, const std::string& a,
                         const std::vector<Verdict>& verdicts) {
  std::vector<std::string> parts;
  for (const auto& [label, text] :
       {std::pair(Label::regression, "slower"), std::pair(Label::improvement, "faster"),
        std::pair(Label::unchanged, "unchanged"), std::pair(Label::insufficient_data, "undecided"),
        std::pair(Label::failed, "failed")}) {
    const auto count = std::ranges::count_if(verdicts, [&, label = label](const Verdict& v) {
      return v.label == label && !failed_in_base_only(v);
    });
    if (count > 0) parts.push_back(fmt::format("{} in {}", text, count));
  }
  if (const auto count = std::ranges::count_if(verdicts, failed_in_base_only); count > 0) {
    parts.push_back(fmt::format("failed only in {} in {}", a, count));
  }
  return fmt::format("{} compared with {}: {} of {} benchmarks.", b, a, fmt::join(parts, ", "),
                     verdicts.size());
}

std::string advice_line(const std::vector<Verdict>& verdicts) {
  const bool slower =
      std::ranges::find(verdicts, Label::regression, &Verdict::label) != verdicts.end();
  return slower ? kMovedCodeAdvice : "";
}

// How sure the findings are.
std::string confidence_line(double level) {
  return fmt::format(
      "The chance that any unchanged benchmark is called slower or faster is at most {:g} %.",
      100 * level);
}

std::string effect_line(const Comparison& c, const Pairs* pairs) {
  const ControlVerdict& control = c.judgement.control;
  if (pairs && pairs->verdicts.empty()) return "no two contenders are compared here";
  if (pairs && c.judgement.rounds < pairs->rounds_needed) {
    return fmt::format(
        "{} rounds cannot tell any of {} pairs apart, however large the difference; that needs at "
        "least {}",
        c.judgement.rounds, pairs->verdicts.size(), pairs->rounds_needed);
  }
  if (!pairs && control.benchmarks == 0) {
    return "every benchmark of A failed: nothing is compared";
  }
  const DetectableEffects& effects = pairs ? pairs->detectable : control.detectable;
  if (!std::isfinite(effects.median)) {
    return "so few rounds call no benchmark different, however large the change";
  }
  return fmt::format(
      "smallest change that this run detects with 90 % power: {} in the median {}, "
      "{} in {}",
      percent(effects.median),
      pairs ? fmt::format("of {} pairs", pairs->verdicts.size()) : "benchmark",
      percent(effects.largest),
      effects.least_sensitive_benchmark.empty() ? "any" : effects.least_sensitive_benchmark);
}

// Older records have the control kernel only as a benchmark of the programs, if at all.
std::string control_line(const Comparison& c) {
  const Measurements& m = c.measurements;
  double time = m.control_time();
  for (std::size_t b = 0; b < m.benchmarks.size() && !std::isfinite(time); ++b) {
    if (is_control(m.benchmarks[b])) time = m.median_time(0, b, c.judging.clock);
  }
  if (!std::isfinite(time)) return "";
  return "control kernel frozen_1: " + time_text(time);
}

// Which benchmarks are not judged by the shortest repetition, and why.
std::string median_line(const Measurements& m) {
  const auto readable = readable_names(m.benchmarks);
  std::vector<std::string> names;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (m.is_by_median(b)) names.push_back(readable[b]);
  }
  if (names.empty()) return "";
  return fmt::format(
      "compared by the median of the repetitions, because the programs report different numbers of "
      "them or aggregates only: {}",
      fmt::join(names, ", "));
}

// Whether the contenders are programs of their own. Configurations of one program need not have the
// same benchmarks.
bool is_of_programs(const Measurements& m) {
  return std::ranges::all_of(
      m.contenders, [](const ContenderName& contender) { return contender.configuration.empty(); });
}

// What was found about each contender, then how sure that is.
std::vector<std::string> finding_lines(const Comparison& c) {
  std::vector<std::string> lines;
  for (std::size_t contender = 1; contender < c.measurements.control(); ++contender) {
    std::vector<Verdict> verdicts;
    std::ranges::copy_if(c.judgement.verdicts, std::back_inserter(verdicts),
                         [&](const Verdict& v) { return v.contender == contender; });
    lines.push_back(finding_line(letter_of(contender), "A", verdicts));
  }
  lines.push_back(confidence_line(c.looks.level));
  return lines;
}

// What was found, and how sure that is.
std::string findings(const UnpairedComparison& c) {
  return fmt::format(
      "{}\n{}\nThat holds if the machine drifted by at most {:g} % between the files.\n",
      finding_line(c.files[1], c.files[0], c.verdicts), confidence_line(c.options.level),
      100 * c.options.drift);
}

}  // namespace

std::string time_text(double ns) {
  if (!std::isfinite(ns)) return "-";
  // below these limits three digits do not round up to the next unit
  for (const auto& [limit, scale, unit] :
       {std::tuple(999.5, 1.0, "ns"), std::tuple(999.5e3, 1e3, "us"),
        std::tuple(999.5e6, 1e6, "ms")}) {
    if (ns < limit) return fmt::format("{:.3g} {}", ns / scale, unit);
  }
  return fmt::format("{:.4g} s", ns / 1e9);
}

std::vector<std::string> head_lines(const Comparison& c, const Pairs* pairs) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i + 1 < c.commands.size(); ++i) {
    const std::string& name = c.measurements.contenders[i].name;
    lines.push_back(fmt::format("{}: {}{}", letter_of(i), name == c.commands[i] ? "" : name + " = ",
                                c.commands[i]));
  }
  const Judgement& j = c.judgement;
  lines.push_back(fmt::format("{} of {} rounds of fresh processes in {}{}", j.rounds,
                              c.looks.rounds.back(), clock_time(c.seconds),
                              c.stopped_early ? ", stopped early: every benchmark is decided"
                              : c.out_of_time ? ", ended by the time budget"
                                              : ""));
  const ControlVerdict& control = j.control;
  lines.push_back(fmt::format(
      "A/A control: A compared with itself: {} {}, {} of {} benchmarks called different",
      ratio_text(control.ratio), interval_text(control.low, control.high), control.called_different,
      control.benchmarks));
  if (c.commands.size() > 2) lines.push_back(effect_line(c, pairs));
  if (const auto line = control_line(c); !line.empty()) lines.push_back(line);
  if (c.failure) {
    lines.push_back(fmt::format("ended in round {}: {}", j.rounds + 1, c.failure->what()));
  }
  for (const std::string& warning : c.noise_warnings) lines.push_back("warning: " + warning);
  return lines;
}

std::vector<std::string> foot_lines(const Comparison& c) {
  std::vector<std::string> lines;
  const Judgement& j = c.judgement;
  // p of the sign test if all rounds agree, adjusted by Holm
  const auto smallest_p = [&](int rounds) {
    return 2 * std::pow(0.5, rounds) * static_cast<double>(j.verdicts.size());
  };
  if (smallest_p(j.rounds) > j.alpha && j.undecided() > 0) {
    int needed = 1;
    while (smallest_p(needed) > j.alpha) ++needed;
    lines.push_back(
        fmt::format("{} rounds cannot call any of {} benchmarks different at alpha "
                    "{:.2g}; that needs at least {}",
                    j.rounds, j.verdicts.size(), j.alpha, needed));
  }
  if (const std::string line = median_line(c.measurements); !line.empty()) lines.push_back(line);
  for (const LeftOut& benchmark : c.measurements.left_out) {
    lines.push_back("left out: " + benchmark.text());
  }
  if (!c.measurements.missing.empty() && is_of_programs(c.measurements)) {
    lines.push_back(
        fmt::format("{} of A's benchmarks are not everywhere: whether they became "
                    "slower there is undecided",
                    c.measurements.missing.size()));
  }
  if (const std::string line = advice_line(j.verdicts); !line.empty()) lines.push_back(line);
  return lines;
}

void print(std::ostream& out, const Comparison& c) {
  for (const std::string& line : finding_lines(c)) out << line << '\n';
  out << '\n';
  for (const std::string& line : head_lines(c)) out << line << '\n';
  const Measurements& m = c.measurements;
  const auto names = readable_names(m.benchmarks);
  const std::size_t width = name_width(names);
  out << fmt::format("\n{:<{}}  {:>3} {:>9} {:>8} {:>17} {:>8}  {}\n", "benchmark", width, "",
                     "time", "ratio", "interval", "p (Holm)", "verdict");
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    out << fmt::format("{:<{}}  {:>3} {:>9}\n", names[b], width, "A",
                       time_text(m.shown_time(0, b, c.judging.clock)));
    for (const Verdict& verdict : c.judgement.verdicts) {
      if (verdict.benchmark != b) continue;
      const VerdictTexts texts(verdict, "A", letter_of(verdict.contender));
      out << fmt::format("{:<{}}  {:>3} {:>9} {:>8} {:>17} {:>8}  {}\n", "", width,
                         letter_of(verdict.contender),
                         time_text(m.shown_time(verdict.contender, b, c.judging.clock)),
                         texts.ratio, texts.interval, texts.p, texts.verdict);
    }
  }
  out << '\n';
  for (const std::string& line : foot_lines(c)) out << line << '\n';
}

void print_markdown(std::ostream& out, const Comparison& c) {
  out << "# Comparison\n\n";
  for (const std::string& line : finding_lines(c)) out << line << '\n';
  out << '\n';
  for (const std::string& line : head_lines(c)) out << "- " << line << '\n';
  out << "\n| benchmark | | time | ratio | interval | p (Holm) | verdict |\n"
         "|---|---|---:|---:|---|---:|---|\n";
  const Measurements& m = c.measurements;
  const auto names = readable_names(m.benchmarks);
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    out << fmt::format("| {} | A | {} | | | | |\n", cell_text(names[b]),
                       time_text(m.shown_time(0, b, c.judging.clock)));
    for (const Verdict& verdict : c.judgement.verdicts) {
      if (verdict.benchmark != b) continue;
      out << fmt::format("| | {} | {} {}\n", letter_of(verdict.contender),
                         time_text(m.shown_time(verdict.contender, b, c.judging.clock)),
                         VerdictTexts(verdict, "A", letter_of(verdict.contender)).cells());
    }
  }
  out << '\n';
  for (const std::string& line : foot_lines(c)) out << line << "\n\n";
}

void print(std::ostream& out, const UnpairedComparison& c) {
  out << findings(c) << '\n';
  for (const std::string& warning : c.warnings) out << "warning: " << warning << '\n';
  const auto names = readable_names(c.benchmarks);
  const std::size_t width = name_width(names);
  out << fmt::format("\n{:<{}}  {:>8} {:>17} {:>8}  {}\n", "benchmark", width, "ratio", "interval",
                     "p (Holm)", "verdict");
  for (const Verdict& verdict : c.verdicts) {
    VerdictTexts texts(verdict, c.files[0], c.files[1]);
    const std::size_t repetitions = c.fewest_repetitions[verdict.benchmark];
    if (c.by_median[verdict.benchmark]) {
      texts.verdict +=
          " (medians: a file has aggregates only; "
          "--benchmark_report_aggregates_only=false gives more)";
    } else if (repetitions < 4 && verdict.label == Label::insufficient_data) {
      texts.verdict += fmt::format(" ({} repetition{}; --benchmark_repetitions=10 gives more)",
                                   repetitions, repetitions == 1 ? "" : "s");
    }
    out << fmt::format("{:<{}}  {:>8} {:>17} {:>8}  {}\n", names[verdict.benchmark], width,
                       texts.ratio, texts.interval, texts.p, texts.verdict);
  }
  if (!c.left_out.empty()) out << '\n';
  for (const std::string& note : c.left_out) out << "left out: " << note << '\n';
  if (const auto line = advice_line(c.verdicts); !line.empty()) out << '\n' << line << '\n';
}

void print_markdown(std::ostream& out, const UnpairedComparison& c) {
  out << "# Comparison of two result files\n\n" << findings(c) << '\n';
  for (const std::string& warning : c.warnings) out << "- warning: " << warning << '\n';
  out << "\n| benchmark | ratio | interval | p (Holm) | verdict |\n|---|---:|---|---:|---|\n";
  const auto names = readable_names(c.benchmarks);
  for (const Verdict& verdict : c.verdicts) {
    out << fmt::format("| {} {}\n", cell_text(names[verdict.benchmark]),
                       VerdictTexts(verdict, c.files[0], c.files[1]).cells());
  }
  out << '\n';
  for (const std::string& note : c.left_out) out << "left out: " << note << "\n\n";
  if (const auto line = advice_line(c.verdicts); !line.empty()) out << line << "\n\n";
}

ExitCode exit_code_of(const std::vector<Verdict>& verdicts) {
  const auto any = [&](Label label) {
    return std::ranges::any_of(
        verdicts, [&](const Verdict& v) { return v.label == label && !failed_in_base_only(v); });
  };
  if (any(Label::regression) || any(Label::failed)) return ExitCode::no;
  const bool nothing_compared = std::ranges::all_of(verdicts, failed_in_base_only);
  return any(Label::insufficient_data) || nothing_compared ? ExitCode::undecided : ExitCode::done;
}

ExitCode exit_code_of(const Comparison& c) {
  const ExitCode code = exit_code_of(c.judgement.verdicts);
  const bool missing = !c.measurements.missing.empty() && is_of_programs(c.measurements);
  return code == ExitCode::done && missing ? ExitCode::undecided : code;
}

}  // namespace reprise::compare
