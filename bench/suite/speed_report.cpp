#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

#include "bench/compare/report.hpp"
#include "bench/suite/speed.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::suite {

using compare::time_text;
using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/speed/1";

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.3g}", value) : "any";
}

std::string ratio_text(const SpeedRow& row) {
  return fmt::format("{} [{}, {}]", number(row.ratio), number(row.low), number(row.high));
}

std::size_t count(const std::vector<SpeedRow>& rows, SpeedQuestion question, SpeedOutcome outcome) {
  return static_cast<std::size_t>(std::ranges::count_if(rows, [&](const SpeedRow& row) {
    return row.question == question && row.outcome == outcome;
  }));
}

std::string verdict_text(const std::vector<SpeedRow>& rows, const SpeedBounds& bounds) {
  switch (exit_code_of(rows, bounds)) {
    case ExitCode::done: return "passed";
    case ExitCode::no: return "failed";
    default: return "undecided";
  }
}

// "Passed: 110 rows beside a lower instruction set (0 too slow, ...), 84 rows beside a library".
std::string sentence(const SpeedResult& result, const std::vector<SpeedRow>& rows) {
  std::string text = verdict_text(rows, result.bounds);
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  const char* separator = ": ";
  for (const SpeedQuestion question : {SpeedQuestion::isa, SpeedQuestion::library}) {
    std::string counts;
    std::size_t all = 0;
    for (const SpeedOutcome outcome : {SpeedOutcome::passes, SpeedOutcome::too_slow,
                                       SpeedOutcome::undecided, SpeedOutcome::failed}) {
      const std::size_t n = count(rows, question, outcome);
      all += n;
      if (n == 0) continue;
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", n,
                            outcome == SpeedOutcome::passes && n == 1 ? "passes"
                            : outcome == SpeedOutcome::passes         ? "pass"
                                                                      : name_of(outcome));
    }
    if (all == 0) continue;
    text += fmt::format(
        "{}{} row{} beside {} ({})", separator, all, all == 1 ? "" : "s",
        question == SpeedQuestion::isa ? "lower instruction sets" : "the fastest library", counts);
    separator = "; ";
  }
  return text + ".";
}

bool has_standin(const SpeedResult& result) {
  for (const SpeedResult::Part& part : result.parts) {
    for (const std::string& benchmark : part.comparison.measurements.benchmarks) {
      if (benchmark.find("/data:stand-in/") != std::string::npos) return true;
    }
  }
  return false;
}

constexpr const char* kStandin = "STAND-IN: measured on generated data, not on the book's";

void print_table(std::ostream& out, const std::vector<SpeedRow>& rows, SpeedQuestion question) {
  out << "\n| benchmark | openmp | the other | its time | ratio | p (Holm) | |\n"
         "|---|---:|---|---:|---|---:|---|\n";
  for (const SpeedRow& row : rows) {
    if (row.question != question) continue;
    if (!row.error.empty()) {
      out << fmt::format("| {} | - | - | - | - | - | failed: {} |\n", row.name, row.error);
      continue;
    }
    out << fmt::format("| {} | {} | {} | {} | {} | {:.2g} | {} |\n", row.name,
                       time_text(row.ours_ns), row.other, time_text(row.other_ns), ratio_text(row),
                       row.p, name_of(row.outcome));
  }
}

json finite(double value) { return std::isfinite(value) ? json(value) : json(); }

json row_json(const SpeedRow& row) {
  json out{{"question", name_of(row.question)},
           {"benchmark", row.name},
           {"outcome", name_of(row.outcome)}};
  if (!row.error.empty()) {
    out["error"] = row.error;
    return out;
  }
  out["other"] = row.other;
  out["time_ns"] = row.ours_ns;
  out["other_ns"] = row.other_ns;
  out["ratio"] = finite(row.ratio);
  out["low"] = finite(row.low);
  out["high"] = finite(row.high);
  out["p_holm"] = row.p;
  return out;
}

}  // namespace

void print(std::ostream& out, const SpeedResult& result) {
  if (has_standin(result)) out << kStandin << '\n';
  const auto rows = judge_speed(result);
  for (const SpeedRow& row : rows) {
    if (row.outcome == SpeedOutcome::passes) continue;
    out << fmt::format("{:<34} {:<10} {}\n", row.name, name_of(row.outcome),
                       row.error.empty() ? fmt::format("{} times {}'s time of {}", ratio_text(row),
                                                       row.other, time_text(row.other_ns))
                                         : row.error);
  }
  out << sentence(result, rows) << '\n';
}

void print_markdown(std::ostream& out, const SpeedResult& result) {
  const auto rows = judge_speed(result);
  out << fmt::format("# openmp beside lower instruction sets and libraries: {}, {}\n\n",
                     result.machine, result.isa);
  if (has_standin(result)) out << "**" << kStandin << "**\n\n";
  out << sentence(result, rows) << "\n\n";
  out << fmt::format(
      "`./tools/check_speed{}` measured this and wrote this page. A ratio is the time of openmp "
      "with "
      "{} on one thread, divided by the time of the other; the brackets hold its 95 % confidence "
      "interval. "
      "A row is too slow if the ratio is shown to exceed {} beside a lower instruction set or {} "
      "beside a library (sign test, Holm over all comparisons of the table). It is undecided if "
      "its interval reaches above the bound and the upper end is more than {} times the lower one, "
      "or if the interval lies above the bound without such a proof; at most {:.0f} % of the rows "
      "may be. docs/comparison.md of Reprise "
      "explains the measurement.\n",
      result.quick ? " --quick" : "", result.isa, result.bounds.isa, result.bounds.library,
      result.bounds.width, 100 * result.bounds.undecided);
  for (const SpeedQuestion question : {SpeedQuestion::isa, SpeedQuestion::library}) {
    if (std::ranges::find(rows, question, &SpeedRow::question) == rows.end()) continue;
    out << fmt::format("\n## {}\n", question == SpeedQuestion::isa
                                        ? "Beside the fastest lower instruction set"
                                        : "Beside the fastest library");
    print_table(out, rows, question);
  }
  for (const SpeedResult::Part& part : result.parts) {
    out << fmt::format("\n## How {} was measured\n\n", part.name);
    const compare::Measurements& m = part.comparison.measurements;
    std::size_t benchmark = 0;  // one whose label names the libraries' kernels
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      if (m.benchmarks[b].starts_with("dense_forward/")) benchmark = b;
    }
    for (std::size_t c = 0; c < m.control() && benchmark < m.benchmarks.size(); ++c) {
      const std::string& label = m.details[c][benchmark].label;
      out << fmt::format("- {}: {}\n", m.contenders[c].name,
                         label.substr(0, label.rfind(" digest:")));
    }
    for (const std::string& line : compare::head_lines(part.comparison))
      out << "- " << line << '\n';
  }
}

json to_json(const SpeedResult& result) {
  const auto rows = judge_speed(result);
  json parts = json::array(), all = json::array();
  for (const SpeedResult::Part& part : result.parts) {
    parts.push_back({{"name", part.name}, {"comparison", compare::to_json(part.comparison)}});
  }
  for (const SpeedRow& row : rows) all.push_back(row_json(row));
  const SpeedBounds& b = result.bounds;
  return {
      {"schema", kSchema},
      {"created", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
      {"environment", environment()},
      {"isa", result.isa},
      {"mode", result.quick ? "quick" : "full"},
      {"bounds",
       {{"isa", b.isa}, {"library", b.library}, {"width", b.width}, {"undecided", b.undecided}}},
      {"verdict", verdict_text(rows, b)},
      {"rows", all},
      {"parts", parts}};
}

SpeedResult speed_from(const json& document, const std::string& name) {
  if (!document.is_object() || document.value("schema", json()) != kSchema) {
    throw Error(
        fmt::format("{}: found no result of reprise speed, expected schema {}", name, kSchema));
  }
  try {
    SpeedResult result;
    result.machine = one_line(document.at("environment").at("cpu").get<std::string>());
    result.isa = one_line(document.at("isa").get<std::string>());
    result.quick = document.at("mode") == "quick";
    const json& bounds = document.at("bounds");
    result.bounds = {bounds.at("isa"), bounds.at("library"), bounds.at("width"),
                     bounds.at("undecided")};
    for (const json& part : document.at("parts")) {
      result.parts.push_back(
          {part.at("name"), compare::comparison_from(part.at("comparison"), name)});
    }
    return result;
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found a result that lacks something ({})", name, printable(error.what())));
  }
}

}  // namespace reprise::suite
