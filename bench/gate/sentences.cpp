#include "bench/gate/sentences.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "bench/compare/duration.hpp"
#include "bench/compare/number_text.hpp"
#include "bench/compare/report.hpp"

namespace reprise::gate {

namespace {

constexpr std::size_t kListed = 10;  // names in the sentences below the tables

std::string short_commit(const std::string& commit) { return commit.substr(0, 12); }

// "BASE: ./bench, built from main (commit 0123456789ab)"
std::string side_text(const char* name, const Side& side, const Shown& shown) {
  std::string text = fmt::format("{}: {}", name, shown.name(side.text));
  const bool named = !side.ref.empty() && !side.commit.starts_with(side.ref);
  if (named) text += ", built from " + shown.name(side.ref);
  if (side.commit.empty()) return text;
  const std::string commit = short_commit(side.commit);
  return text + (named ? fmt::format(" (commit {})", commit)
                       : fmt::format(", built from commit {}", commit));
}

std::string rounds_text(const GateResult& result) {
  std::string text = fmt::format("{} round{} of all benchmarks", result.screen_rounds,
                                 result.screen_rounds == 1 ? "" : "s");
  if (result.confirm_rounds > 0) {
    text += fmt::format(" and {} fresh round{} of the suspects alone", result.confirm_rounds,
                        result.confirm_rounds == 1 ? "" : "s");
  }
  return fmt::format("{} took {} {}{}.", text, compare::clock_time(result.seconds),
                     result.seconds > 3599 ? "hours" : "minutes",
                     result.out_of_time ? " and were ended by the time budget" : "");
}

// "-" for a side that was not timed.
std::string median_text(double ns) { return ns > 0 ? compare::time_text(ns) : "-"; }

// "made slower by 0123456789ab, accepted at 1.100 times BASE's time: exact sums"
std::string accepted_text(const Accepted& accepted, const Shown& shown) {
  return fmt::format("made slower by {}, accepted at {} times BASE's time: {}",
                     shown.prose(short_commit(accepted.commit)),
                     compare::ratio_text(accepted.factor), shown.prose(accepted.why));
}

}  // namespace

Shown shown_in_terminal() {
  const auto clean = [](const std::string& text) { return one_line(text); };
  return {clean, clean};
}

std::string list_text(const std::vector<std::string>& names, const Shown& shown, std::size_t most) {
  if (most == 0) return "";
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
    texts.push_back(shown.name(names[i]));
  }
  std::string text = fmt::format("{}", fmt::join(texts, ", "));
  if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
  return text;
}

std::string control_sentence(const GateResult& result) {
  if (result.screen_rounds == 0) return "A/A control: BASE was not compared with itself.";
  const ControlEstimate& control = result.control;
  return fmt::format(
      "A/A control: BASE took {} as long as itself in the same rounds, which is {}.",
      times_text(control.ratio, control.low, control.high),
      control.differs ? "a difference: the machine was too restless" : "no difference");
}

std::vector<std::string> measured_sentences(const GateResult& result, const Shown& shown) {
  std::vector<std::string> lines{side_text("BASE", result.base, shown),
                                 side_text("HEAD", result.head, shown), rounds_text(result)};
  if (result.options.clock == compare::Clock::cpu_time) {
    lines.push_back("All times are CPU times.");
  }
  if (std::isfinite(result.control_ns) && result.control_ns > 0) {
    lines.push_back(
        fmt::format("The frozen control kernel took {}.", compare::time_text(result.control_ns)));
  }
  return lines;
}

std::vector<std::string> warning_sentences(const GateResult& result, const Shown& shown) {
  std::vector<std::string> lines;
  for (const std::string& warning : result.warnings) {
    lines.push_back("warning: " + shown.prose(warning));
  }
  return lines;
}

std::vector<std::string> closing_sentences(const GateResult& result, const Shown& shown) {
  std::vector<std::string> lines;
  if (std::ranges::find(result.rows, Label::regression, &Row::label) != result.rows.end()) {
    lines.push_back(fmt::format(
        "A regression was confirmed in fresh rounds, and their estimate lies beyond {}; that is no "
        "proof that the true slowdown does. A HEAD that is slower nowhere fails with a chance of "
        "at most {}.",
        change_text(result.options.margin), change_text(result.options.level)));
    lines.push_back(compare::kMovedCodeAdvice);
  }
  if (const std::size_t count = result.new_in_head.size(); count > 0) {
    lines.push_back(fmt::format("HEAD has {} benchmark{} that BASE does not have: {}.", count,
                                count == 1 ? "" : "s",
                                list_text(result.new_in_head, shown, kListed)));
  }
  if (const std::size_t count = result.skipped.size(); count > 0) {
    lines.push_back(fmt::format("The programs skipped {} benchmark{}: {}.", count,
                                count == 1 ? "" : "s", list_text(result.skipped, shown, kListed)));
  }
  if (!result.unused.empty()) {
    std::vector<std::string> names;
    for (const Accepted& entry : result.unused) names.push_back(entry.benchmark);
    lines.push_back(fmt::format("No regression needed {} of {}: {}.",
                                names.size() == 1 ? "this entry" : "these entries", kAcceptedFile,
                                list_text(names, shown, kListed)));
  }
  return lines;
}

bool needs_attention(const Row& row) {
  return row.label != Label::not_slower || row.different_bits || row.bits_vary;
}

std::vector<std::size_t> rows_that_need_attention(const GateResult& result) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    if (needs_attention(result.rows[i])) rows.push_back(i);
  }
  const auto rank = [&](std::size_t i) {
    const ExitCode code = exit_code_of(result.rows[i], result.options);
    return code == ExitCode::no ? 0 : code == ExitCode::undecided ? 1 : 2;
  };
  std::ranges::stable_sort(rows, {}, rank);
  return rows;
}

std::string times_text(double ratio, double low, double high) {
  const bool limited = std::isfinite(low) && std::isfinite(high);
  return fmt::format("{}{} times", compare::ratio_text(ratio),
                     limited ? " " + compare::interval_text(low, high) : "");
}

std::string change_text(double fraction) {
  const double percent = 100 * fraction;
  // the digits behind the point say nothing about a change of 10 % or more
  std::string digits =
      std::abs(percent) < 9.95 ? fmt::format("{:.1f}", percent) : fmt::format("{:.0f}", percent);
  if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
  return (digits == "-0" ? "0" : digits) + " %";
}

RowTexts::RowTexts(const Row& row, const Shown& shown)
    : verdict(name_of(row.label)), base(median_text(row.base_ns)), head(median_text(row.head_ns)) {
  if (const Estimate& estimate = row.estimate(); estimate.rounds > 0) {
    ratio = compare::ratio_text(estimate.ratio);
    interval = compare::interval_text(estimate.low, estimate.high);
  }
  if (row.confirmed) p = fmt::format("{:.2g}", row.p);
  std::vector<std::string> notes;
  if (!row.why.empty()) notes.push_back(shown.prose(row.why));
  if (row.accepted) notes.push_back(accepted_text(*row.accepted, shown));
  if (row.bits_vary) notes.push_back("bits vary");
  if (row.different_bits) notes.push_back("different bits");
  note = fmt::format("{}", fmt::join(notes, "; "));
}

}  // namespace reprise::gate
