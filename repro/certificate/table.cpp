#include "repro/certificate/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "repro/certificate/sentences.hpp"

namespace reprise::book {

namespace {

// The rows of one printed log.
struct Line {
  const LogVerdict* of_its_time = nullptr;
  std::vector<const LogVerdict*> others;
  const LogVerdict& any() const { return of_its_time ? *of_its_time : *others.front(); }
};

std::vector<Line> lines_of(const Certificate& certificate) {
  std::vector<Line> lines;
  for (const LogVerdict& row : certificate.verdicts) {
    const auto same = [&](const Line& line) {
      return line.any().experiment == row.experiment && line.any().edition == row.edition &&
             line.any().source == row.source;
    };
    auto line = std::ranges::find_if(lines, same);
    if (line == lines.end()) line = lines.insert(lines.end(), Line{});
    if (row.of_its_time) {
      line->of_its_time = &row;
    } else {
      line->others.push_back(&row);
    }
  }
  return lines;
}

}  // namespace

void print_certificate(std::ostream& out, const Certificate& certificate) {
  for (const Family& family : certificate.families) out << headline(family) << "\n";
  constexpr const char* kBlock = "  {:<13} {:>5} {:>6} {:>6} {:>4}  {:<12}";
  const auto block = [&](const LogVerdict* row) {
    if (row == nullptr) return fmt::format(kBlock, "-", "", "", "", "", "");
    return fmt::format(kBlock, row->semantics, row->runs, p_text(row->p), p_text(row->smallest_p),
                       effect_text(row->minimum_detectable_effect), name_of(row->verdict));
  };
  const auto trimmed = [](std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  const std::string head = fmt::format(kBlock, "semantics", "N", "p", "least", "sd", "verdict");
  const auto lines = lines_of(certificate);
  const bool beside =
      std::ranges::any_of(lines, [](const Line& line) { return !line.others.empty(); });
  out << '\n'
      << trimmed(fmt::format("{:<18} {:>2} {:<15} {:>4}{}{}", "experiment", "ed", "source", "no.",
                             head, beside ? head : ""));
  for (const Line& line : lines) {
    const LogVerdict& row = line.any();
    std::string text = fmt::format("{:<18} {:>2} {:<15} {:>4}{}", row.experiment, row.edition,
                                   row.source, row.quantities.size(), block(line.of_its_time));
    for (const LogVerdict* other : line.others) text += block(other);
    out << trimmed(text);
  }
  out << "\nno.: printed numbers; N: our runs; p: of the rank of the book's distance among N + 1, "
         "at least 1/(N + 1);\nsd: the deviation of the median figure that would have been found "
         "in 90 % of draws\n";
  for (const LogVerdict& row : certificate.verdicts) {
    const auto words = reasons(row);
    if (words.empty()) continue;
    out << fmt::format("\n{}: {}\n", name_of(row), name_of(row.verdict));
    for (const std::string& word : words) out << "  " << word << '\n';
  }
  if (!certificate.unprinted.empty()) {
    out << fmt::format("\nThe book prints nothing of: {}\n",
                       fmt::join(certificate.unprinted, "; "));
  }
}

void print_quantities(std::ostream& out, const Certificate& certificate) {
  constexpr const char* kRow = "  {:<30} {:>11} {:>7} {:>11} {:>11} {:>11} {:>5} {:>10}\n";
  const auto value = [](double v) { return fmt::format("{:.5g}", v); };
  for (const LogVerdict& row : certificate.verdicts) {
    out << '\n' << name_of(row) << '\n';
    out << fmt::format(kRow, "figure", "book", "below %", "5 %", "median", "95 %", "sd",
                       "found from");
    for (const QuantityComparison& place : row.quantities) {
      out << fmt::format(kRow, place.label, value(place.book), percent(place.percentile),
                         value(place.low), value(place.median), value(place.high),
                         effect_text(place.minimum_detectable_effect),
                         std::isfinite(place.minimum_detectable_effect)
                             ? fmt::format("+-{:.2g}", place.minimum_detectable_effect * place.deviation)
                             : "-");
    }
  }
}

}  // namespace reprise::book
