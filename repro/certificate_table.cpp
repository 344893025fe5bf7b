#include "certificate_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "certificate_pictures.hpp"

namespace reprise::book {

namespace {

std::string p_text(double p) {
  return p < 0.0995 ? fmt::format("{:.4f}", p) : fmt::format("{:.2f}", p);
}

std::string shift_text(double shift) {
  if (std::isnan(shift)) return "-";
  return std::isinf(shift) ? fmt::format(">{:g}", kLargestShift) : fmt::format("{:.1f}", shift);
}

std::string percent(double share) { return fmt::format("{:.1f}", 100 * share); }

// The rows of one printed log.
struct Line {
  const CertificateRow* of_its_time = nullptr;
  std::vector<const CertificateRow*> others;
  const CertificateRow& any() const { return of_its_time ? *of_its_time : *others.front(); }
};

std::vector<Line> lines_of(const Certificate& certificate) {
  std::vector<Line> lines;
  for (const CertificateRow& row : certificate.rows) {
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

std::string headline(const Family& family) {
  return fmt::format(
      "{}: {} printed logs, {} consistent, {} inconsistent at {:g} %, {} underpowered; {} stay "
      "inconsistent under Holm's correction over all {}, which needs N >= {} (so many have {})",
      family.name, family.tests, family.consistent, family.inconsistent, 100 * kLevel,
      family.underpowered, family.rejected, family.tests, family.needed, family.enough);
}

// Words behind a verdict: the figures that lie outside ours, two groups, what results/book notes.
std::vector<std::string> reasons(const CertificateRow& row) {
  std::vector<std::string> words;
  std::vector<std::string> outside;
  for (const FigurePlace& place : row.figures) {
    // of a few runs many figures lie outside by chance
    if (row.smallest_p > kLevel || (place.percentile > 0.005 && place.percentile < 0.995)) continue;
    outside.push_back(fmt::format("{} {:g} ({} % of ours lie below; 5 to 95 %: {:.6g} to {:.6g})",
                                  place.label, place.book, percent(place.percentile), place.low,
                                  place.high));
  }
  constexpr std::size_t kShown = 3;
  if (!outside.empty()) {
    const std::size_t shown = std::min(kShown, outside.size());
    std::string text = fmt::format("{}", fmt::join(outside.begin(), outside.begin() + shown, "; "));
    if (outside.size() > shown) text += fmt::format("; {} more so far out", outside.size() - shown);
    words.push_back(text);
  }
  if (row.finding == Finding::underpowered) {
    words.push_back(row.smallest_p > kLevel
                        ? fmt::format("{} runs allow no p below {}; {} are asked for", row.runs,
                                      p_text(row.smallest_p), kWantedRuns)
                        : fmt::format("no deviation of the median figure up to {:g} sd would have "
                                      "been found in 90 % of draws",
                                      kLargestShift));
  }
  if (!row.two_groups.empty()) words.push_back(row.two_groups);
  for (const std::string& note : row.notes) words.push_back(note);
  return words;
}

std::string name_of(const CertificateRow& row) {
  return fmt::format("{}, edition {}, {}, {}", row.experiment, row.edition, row.source,
                     row.semantics);
}

}  // namespace

void print_certificate(std::ostream& out, const Certificate& certificate) {
  for (const Family& family : certificate.families) out << headline(family) << "\n";
  constexpr const char* kBlock = "  {:<13} {:>5} {:>6} {:>6} {:>4}  {:<12}";
  const auto block = [&](const CertificateRow* row) {
    if (row == nullptr) return fmt::format(kBlock, "-", "", "", "", "", "");
    return fmt::format(kBlock, row->semantics, row->runs, p_text(row->p), p_text(row->smallest_p),
                       shift_text(row->detectable), name_of(row->finding));
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
    const CertificateRow& row = line.any();
    std::string text = fmt::format("{:<18} {:>2} {:<15} {:>4}{}", row.experiment, row.edition,
                                   row.source, row.figures.size(), block(line.of_its_time));
    for (const CertificateRow* other : line.others) text += block(other);
    out << trimmed(text);
  }
  out << "\nno.: printed numbers; N: our runs; p: of the rank of the book's distance among N + 1, "
         "at least 1/(N + 1);\nsd: the deviation of the median figure that would have been found "
         "in 90 % of draws\n";
  for (const CertificateRow& row : certificate.rows) {
    const auto words = reasons(row);
    if (row.finding == Finding::consistent && row.two_groups.empty()) continue;
    out << fmt::format("\n{}: {}\n", name_of(row), name_of(row.finding));
    for (const std::string& word : words) out << "  " << word << '\n';
  }
  if (!certificate.unprinted.empty()) {
    out << fmt::format("\nThe book prints nothing of: {}\n",
                       fmt::join(certificate.unprinted, "; "));
  }
}

void print_figures(std::ostream& out, const Certificate& certificate) {
  constexpr const char* kRow = "  {:<30} {:>11} {:>7} {:>11} {:>11} {:>11} {:>5}\n";
  const auto value = [](double v) { return fmt::format("{:.5g}", v); };
  for (const CertificateRow& row : certificate.rows) {
    out << '\n' << name_of(row) << '\n';
    out << fmt::format(kRow, "figure", "book", "below %", "5 %", "median", "95 %", "sd");
    for (const FigurePlace& place : row.figures) {
      out << fmt::format(kRow, place.label, value(place.book), percent(place.percentile),
                         value(place.low), value(place.median), value(place.high),
                         shift_text(place.detectable));
    }
  }
}

void write_page(std::ostream& out, const Certificate& certificate,
                const std::filesystem::path& folder) {
  out << "# Certificate of reproduction\n\n"
         "`reprise certify` made this page; docs/certificate.md says what the words mean.\n\n";
  for (const Family& family : certificate.families) out << "- " << headline(family) << '\n';
  out << "\n| experiment | edition | source | numbers | semantics | N | p | least p | sd | verdict "
         "|"
         "\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const CertificateRow& row : certificate.rows) {
    out << fmt::format("| {} | {} | {} | {} | {}{} | {} | {} | {} | {} | {} |\n", row.experiment,
                       row.edition, row.source, row.figures.size(), row.semantics,
                       row.of_its_time ? "" : " (not of its time)", row.runs, p_text(row.p),
                       p_text(row.smallest_p), shift_text(row.detectable), name_of(row.finding));
  }
  out << "\n## Behind the verdicts\n";
  for (const CertificateRow& row : certificate.rows) {
    const auto words = reasons(row);
    if (words.empty()) continue;
    out << fmt::format("\n{}: {}\n", name_of(row), name_of(row.finding));
    for (const std::string& word : words) out << "- " << word << '\n';
  }
  std::string pictures;
  for (const std::string& name : picture_names(certificate)) {
    if (std::filesystem::exists(folder / (name + ".svg"))) {
      pictures += fmt::format("![{0}]({0}.svg)\n", name);
    }
  }
  if (!pictures.empty()) out << "\n## Pictures\n\n" << pictures;
}

}  // namespace reprise::book
