#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "bench/compare/benchmark_name.hpp"
#include "bench/compare/number_text.hpp"
#include "bench/gate/report.hpp"
#include "bench/gate/sentences.hpp"

namespace reprise::gate {

namespace {

// `text` in one line as an attribute or the content of an element. XML 1.0 has no way to write most
// control characters and two others, so these become '?'.
std::string xml_text(const std::string& text) {
  std::string out;
  const std::string line = one_line(text);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view three = std::string_view(line).substr(i, 3);
    if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {  // U+FFFE, U+FFFF
      out += '?';
      i += 2;
      continue;
    }
    switch (line[i]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&apos;"; break;
      default: out += line[i];
    }
  }
  return out;
}

// Readers of JUnit XML expect decimal numbers without an exponent; times are nanoseconds and less.
std::string time_attribute(double seconds) {
  return std::isfinite(seconds) && seconds > 0 ? fmt::format(" time=\"{:.12f}\"", seconds) : "";
}

enum class Outcome { passed, failure, error, skipped };

const char* element_of(Outcome outcome) {
  return outcome == Outcome::failure ? "failure" : outcome == Outcome::error ? "error" : "skipped";
}

struct Case {
  std::string name;
  double seconds = std::nan("");
  Outcome outcome = Outcome::passed;
  std::string type{}, message{};
};

Outcome outcome_of(const Row& row, const GateOptions& options) {
  switch (row.label) {
    case Label::regression: return Outcome::failure;
    case Label::failed_in_head: return Outcome::error;
    case Label::missing: return options.missing_fails ? Outcome::error : Outcome::skipped;
    case Label::not_slower:
    case Label::accepted:
    case Label::undecided:
    case Label::failed_in_base: break;
  }
  if (options.bits_fail && row.different_bits) return Outcome::failure;
  // what fails in BASE was not tested, and that is no fault of HEAD
  const bool untested = row.label == Label::undecided || row.label == Label::failed_in_base;
  return untested ? Outcome::skipped : Outcome::passed;
}

Case case_of(const Row& row, const std::string& name, const GateOptions& options) {
  const RowTexts texts(row, shown_in_terminal());
  Case out{name, row.head_ns / 1e9, outcome_of(row, options)};
  const bool bits = out.outcome == Outcome::failure && row.label != Label::regression;
  out.type = bits ? "different bits" : texts.verdict;
  out.message = texts.verdict;
  if (row.estimate().rounds > 0) {
    const Estimate& e = row.estimate();
    out.message += fmt::format(": HEAD takes {} as long as BASE ({} against {})",
                               times_text(e.ratio, e.low, e.high), texts.head, texts.base);
  }
  if (row.confirmed) out.message += fmt::format(", p {} (Holm)", texts.p);
  if (!texts.note.empty()) out.message += ": " + texts.note;
  return out;
}

// What concerns no single benchmark but keeps the gate from an answer: without a case of its own a
// reader would show a gate that passed.
std::optional<Case> case_of_gate(const GateResult& result) {
  const bool untested = result.rows.empty() || result.control.differs;
  if (!result.failure && !untested) return {};
  return Case{.name = "the gate itself",
              .outcome = result.failure ? Outcome::error : Outcome::skipped,
              .type = result.failure ? "ended early" : "undecided",
              .message = verdict_sentence(result)};
}

void print_case(std::ostream& out, const Case& c) {
  out << fmt::format("    <testcase classname=\"reprise.gate\" name=\"{}\"{}", xml_text(c.name),
                     time_attribute(c.seconds));
  if (c.outcome == Outcome::passed) {
    out << fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n",
                       xml_text(c.message));
  } else if (c.outcome == Outcome::skipped) {  // which may have no type
    out << fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                       xml_text(c.message));
  } else {
    out << fmt::format(">\n      <{0} type=\"{1}\" message=\"{2}\">{2}</{0}>\n    </testcase>\n",
                       element_of(c.outcome), xml_text(c.type), xml_text(c.message));
  }
}

void print_properties(std::ostream& out, const GateResult& result) {
  const auto property = [&](const char* name, const std::string& value) {
    out << fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_text(value));
  };
  out << "    <properties>\n";
  property("verdict", verdict_sentence(result));
  property("base", result.base.text);
  if (!result.base.commit.empty()) property("base_commit", result.base.commit);
  property("head", result.head.text);
  if (!result.head.commit.empty()) property("head_commit", result.head.commit);
  property("screen_rounds", fmt::format("{}", result.screen_rounds));
  property("confirm_rounds", fmt::format("{}", result.confirm_rounds));
  if (result.screen_rounds > 0) {
    property("control_ratio", compare::ratio_text(result.control.ratio));
    property("control_interval", compare::interval_text(result.control.low, result.control.high));
    property("control_differs", result.control.differs ? "true" : "false");
  }
  property("margin", fmt::format("{:g}", result.options.margin));
  property("level", fmt::format("{:g}", result.options.level));
  out << "    </properties>\n";
}

}  // namespace

void print_junit(std::ostream& out, const GateResult& result) {
  std::vector<std::string> names;
  for (const Row& row : result.rows) names.push_back(row.benchmark);
  names = compare::readable_names(names);
  std::vector<Case> cases;
  if (const auto gate = case_of_gate(result)) cases.push_back(*gate);
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    cases.push_back(case_of(result.rows[i], names[i], result.options));
  }
  const auto count = [&](Outcome outcome) {
    return std::ranges::count(cases, outcome, &Case::outcome);
  };
  const std::string numbers =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"{}", cases.size(),
                  count(Outcome::failure), count(Outcome::error), count(Outcome::skipped),
                  time_attribute(result.seconds));
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      << "<testsuites name=\"reprise gate\" " << numbers << ">\n"
      << "  <testsuite name=\"reprise gate\" " << numbers << ">\n";
  print_properties(out, result);
  for (const Case& c : cases) print_case(out, c);
  out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace reprise::gate
