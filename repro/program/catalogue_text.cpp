#include "repro/program/catalogue_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "reprise/core/named.hpp"
#include "reprise/nn/optimizer_text.hpp"
#include "repro/editions.hpp"

namespace reprise::book {

namespace {

// "edition 1: a, 2: b, 3: c", without the editions whose number is empty.
std::string by_edition(const EditionNumbers& in, const std::string& notebook) {
  std::vector<std::string> parts;
  const std::string_view numbers[] = {in.first, in.second, in.third};
  for (std::size_t i = 0; i < std::size(numbers); ++i) {
    if (numbers[i].empty()) continue;
    parts.push_back(fmt::format("{}{}: {}{}", parts.empty() ? "edition " : "", i + 1, numbers[i],
                                i == 0 ? notebook : ""));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string describe_editions(const Section& section) {
  const auto& first = section.section_numbers.first;
  return by_edition(section.section_numbers, fmt::format(" (notebook {})", section.notebook)) +
         fmt::format("; 《Python深度学习》{}{}{}", first, first.empty() ? "" : " ",
                     section.chinese_title);
}

std::string describe_editions(const Experiment& experiment) {
  std::string text = by_edition(experiment.listings, "");
  // a number with two dots is a section: no listing shows the experiment
  const auto& first = experiment.listings.first;
  if (first.empty() || std::ranges::count(first, '.') > 1 + std::ranges::count(first, '-'))
    return text;
  std::string chinese;
  for (const char c : first) chinese += c == '.' ? "-" : c == '-' ? "至" : std::string(1, c);
  return text + "; 代码清单 " + chinese;
}

void print_section(std::ostream& out, const Section& section) {
  out << fmt::format("{}: {}\n  {}\n", section.program, section.title, describe_editions(section));
  for (const Experiment& e : section.experiments) {
    out << fmt::format("  {:<18} {}\n", e.id, e.about);
    if (e.settings.epochs > 0) {
      out << fmt::format("  {:<18}   hidden layers {}; {}, {}, {} epochs of batch {}\n", "",
                         model_line(e.settings), to_text(e.settings.optimizer),
                         name_of(e.settings.loss), e.settings.epochs, e.settings.batch_size);
    }
    out << fmt::format("  {:<18}   {}\n", "", describe_editions(e));
    for (const EditionChange& change : edition_changes()) {
      if (!change.concerns(e) || (change.change != nullptr && !edition_has(change.edition, e)))
        continue;
      out << fmt::format("  {:<18}   edition {}: {} ({})\n", "", change.edition, change.what,
                         change.source);
    }
  }
}

void print_editions(std::ostream& out) {
  const auto cell = [](std::string_view text) { return text.empty() ? "-" : text; };
  const auto cells = [&](const EditionNumbers& in) {
    return fmt::format("{} | {} | {}", cell(in.first), cell(in.second), cell(in.third));
  };
  out << "| program | title | edition 1 | edition 2 | edition 3 | notebook | Chinese title |\n"
         "|---|---|---|---|---|---|---|\n";
  for (const Section& s : catalogue()) {
    out << fmt::format("| {} | {} | {} | {} | {} |\n", s.program, s.title, cells(s.section_numbers),
                       s.notebook.empty() ? "-" : s.notebook, s.chinese_title);
  }
  out << "\n| experiment | hidden layers | optimizer, loss | epochs x batch size | edition 1 | "
         "edition "
         "2 | edition 3 |\n|---|---|---|---|---|---|---|\n";
  for (const Section& section : catalogue()) {
    for (const Experiment& e : section.experiments) {
      const Settings& s = e.settings;
      const std::string training = s.epochs == 0
                                       ? "- | -"
                                       : fmt::format("{}, {} | {} x {}", to_text(s.optimizer),
                                                     name_of(s.loss), s.epochs, s.batch_size);
      out << fmt::format("| {} | {} | {} | {} |\n", e.id, model_line(s), training,
                         cells(e.listings));
    }
  }
  out << "\n| edition | experiments | change | notebook |\n|---|---|---|---|\n";
  for (const EditionChange& change : edition_changes()) {
    out << fmt::format(
        "| {} | {} | {}{} | {} |\n", change.edition, fmt::join(change.experiments, ", "),
        change.change == nullptr ? "not in this edition: " : "", change.what, change.source);
  }
}

}  // namespace reprise::book
