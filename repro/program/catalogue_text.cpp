#include "repro/program/catalogue_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "reprise/core/named.hpp"
#include "repro/editions.hpp"

namespace reprise::book {

namespace {

// "edition 1: a, 2: b, 3: c", without those that lack it
std::string by_edition(const EditionNumbers& place, const std::string& kind,
                       const std::string& notebook) {
  std::vector<std::string> parts;
  const std::string_view numbers[] = {place.first, place.second, place.third};
  for (std::size_t i = 0; i < std::size(numbers); ++i) {
    if (numbers[i].empty()) continue;
    parts.push_back(fmt::format("{}{}: {}{}{}", parts.empty() ? "edition " : "", i + 1, kind,
                                numbers[i], i == 0 ? notebook : ""));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string describe_editions(const Section& section) {
  return by_edition(section.section_numbers, "", fmt::format(" (notebook {})", section.notebook)) +
         fmt::format("; 《Python深度学习》{} {}", section.section_numbers.first,
                     section.chinese_title);
}

std::string describe_editions(const Experiment& experiment) {
  std::string text = by_edition(experiment.listings, "", "");
  // a number with two dots is a section, where no listing shows the experiment
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
                         model_line(e.settings), name_of(e.settings.optimizer),
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

}  // namespace reprise::book
