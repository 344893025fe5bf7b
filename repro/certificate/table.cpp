#include "repro/certificate/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "repro/certificate/pictures.hpp"
#include "repro/certificate/sentences.hpp"

namespace reprise::book {

namespace {

constexpr const char* kIntroduction =
    "# Certificate of reproduction\n\n"
    "Could each log that the book prints be one more run of our program? `reprise certify` wrote "
    "this page;\ndocs/certificate.md explains the method.\n\n"
    "- **consistent**: yes. Nothing distinguishes the printed log from our runs (p > 5 %), and the "
    "test would\n  have noticed a difference.\n"
    "- **inconsistent**: no. The printed log is farther from the center than at least 95 % of our "
    "runs (p <= 5 %).\n"
    "- **underpowered**: unknown. p > 5 %, but the test would not have noticed a large difference "
    "either.\n\n## Summary\n\n";

// The verdicts on one printed log.
struct Line {
  const LogVerdict* of_its_time = nullptr;
  std::vector<const LogVerdict*> others;
  const LogVerdict& any() const { return of_its_time ? *of_its_time : *others.front(); }
};

std::vector<Line> lines_of(const Certificate& certificate) {
  std::vector<Line> lines;
  for (const LogVerdict& verdict : certificate.verdicts) {
    const auto same = [&](const Line& line) {
      return line.any().experiment == verdict.experiment && line.any().edition == verdict.edition &&
             line.any().source == verdict.source;
    };
    auto line = std::ranges::find_if(lines, same);
    if (line == lines.end()) line = lines.insert(lines.end(), Line{});
    if (verdict.of_its_time) {
      line->of_its_time = &verdict;
    } else {
      line->others.push_back(&verdict);
    }
  }
  return lines;
}

}  // namespace

void print_certificate(std::ostream& out, const Certificate& certificate) {
  for (const Family& family : certificate.families) out << headline(family) << ".\n";
  constexpr const char* kBlock = "  {:<13} {:>5} {:>6} {:>7} {:>4}  {:<12}";
  const auto block = [&](const LogVerdict* log) {
    if (log == nullptr) return fmt::format(kBlock, "-", "", "", "", "", "");
    return fmt::format(kBlock, log->semantics, log->runs, p_text(log->p), p_text(log->smallest_p),
                       effect_text(log->minimum_detectable_effect), verdict_text(*log));
  };
  const auto trimmed = [](std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  const std::string head = fmt::format(kBlock, "semantics", "N", "p", "least p", "sd", "verdict");
  const auto lines = lines_of(certificate);
  const bool side_by_side =
      std::ranges::any_of(lines, [](const Line& line) { return !line.others.empty(); });
  out << '\n'
      << trimmed(fmt::format("{:<18} {:>2} {:<15} {:>7}{}{}", "experiment", "ed", "source",
                             "numbers", head, side_by_side ? head : ""));
  for (const Line& line : lines) {
    const LogVerdict& log = line.any();
    std::string text = fmt::format("{:<18} {:>2} {:<15} {:>7}{}", log.experiment, log.edition,
                                   log.source, log.quantities.size(), block(line.of_its_time));
    for (const LogVerdict* other : line.others) text += block(other);
    out << trimmed(text);
  }
  for (const MissingLog& log : certificate.missing) {
    out << fmt::format("{:<18} {:>2} {:<15} {:>7}  data missing\n", log.experiment, log.edition,
                       log.source, log.quantities);
  }
  out << '\n';
  for (const char* note : kTableNotes) out << note << '\n';
  print_reasons(out, certificate, "  ");
  if (!certificate.unprinted.empty()) {
    out << fmt::format("\nThe book prints no numbers of: {}\n",
                       fmt::join(certificate.unprinted, "; "));
  }
}

void print_quantities(std::ostream& out, const Certificate& certificate) {
  constexpr const char* kRow = "  {:<30} {:>11} {:>7} {:>11} {:>11} {:>11} {:>5} {:>10}\n";
  const auto value = [](double v) { return fmt::format("{:.5g}", v); };
  for (const LogVerdict& log : certificate.verdicts) {
    out << '\n' << name_of(log) << '\n';
    out << fmt::format(kRow, "quantity", "book", "below %", "5 %", "median", "95 %", "sd", "shift");
    for (const QuantityComparison& quantity : log.quantities) {
      out << fmt::format(
          kRow, quantity.label, value(quantity.book), percent(quantity.percentile),
          value(quantity.low), value(quantity.median), value(quantity.high),
          effect_text(quantity.minimum_detectable_effect),
          std::isfinite(quantity.minimum_detectable_effect)
              ? fmt::format("+-{:.2g}", quantity.minimum_detectable_effect * quantity.deviation)
              : "-");
    }
  }
  out << "\nbelow %: percentage of our runs below the book.\n"
         "sd, shift: the smallest shift of this number that the test detects with 90 % power, in "
         "standard\ndeviations and in the unit of the number.\n";
}

void write_page(std::ostream& out, const Certificate& certificate,
                const std::filesystem::path& directory) {
  out << kIntroduction;
  for (const Family& family : certificate.families) out << "- " << headline(family) << ".\n";
  out << "\n## Verdicts\n\n| experiment | edition | source | numbers | semantics | N | p | least p "
         "| sd | verdict |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const LogVerdict& log : certificate.verdicts) {
    out << fmt::format("| {} | {} | {} | {} | {}{} | {} | {} | {} | {} | {} |\n", log.experiment,
                       log.edition, log.source, log.quantities.size(), log.semantics,
                       log.of_its_time ? "" : " (not of its time)", log.runs, p_text(log.p),
                       p_text(log.smallest_p), effect_text(log.minimum_detectable_effect),
                       verdict_text(log));
  }
  for (const MissingLog& log : certificate.missing) {
    out << fmt::format("| {} | {} | {} | {} | - | - | - | - | - | data missing |\n", log.experiment,
                       log.edition, log.source, log.quantities);
  }
  out << '\n';
  for (const char* note : kTableNotes) out << "- " << note << '\n';
  out << "\n## Reasons\n";
  print_reasons(out, certificate, "- ");
  std::string pictures;
  for (const std::string& name : picture_names(certificate)) {
    if (std::filesystem::exists(directory / (name + ".svg"))) {
      pictures += fmt::format("![{0}]({0}.svg)\n", name);
    }
  }
  if (!pictures.empty()) out << "\n## Pictures\n\n" << pictures;
}

}  // namespace reprise::book
