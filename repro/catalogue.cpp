#include "repro/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "repro/sections.hpp"

namespace reprise::book {

const std::vector<Section>& catalogue() {
  static const std::vector<Section> sections{
      mnist_section(),  clouds_section(),     imdb_section(),        reuters_section(),
      boston_section(), california_section(), overfitting_section(), generalization_section()};
  return sections;
}

std::string Section::book(int edition) const {
  if (edition == 0)
    edition = !section_numbers.first.empty() ? 1 : !section_numbers.second.empty() ? 2 : 3;
  if (edition == 1) return fmt::format("{} (notebook {})", section_numbers.first, notebook);
  return fmt::format("{} of edition {}",
                     edition == 2 ? section_numbers.second : section_numbers.third, edition);
}

namespace {

template <class Item, class NameOf>
const Item& find(const std::vector<Item>& items, std::string_view name, std::string_view kind,
                 NameOf name_of) {
  std::vector<std::string> known;
  for (const Item& item : items) {
    if (name_of(item) == name) return item;
    known.emplace_back(name_of(item));
  }
  throw Error(fmt::format("{}: {}", kind, unknown_name(name, known)));
}

}  // namespace

const Section& find_section(std::string_view program) {
  return find(catalogue(), program, "section", [](const Section& s) { return s.program; });
}

const Experiment& find_experiment(const Section& section, std::string_view id) {
  return find(section.experiments, id, "--experiment", [](const Experiment& e) { return e.id; });
}

bool is_regression(std::string_view id) {
  const Experiment* experiment = find_anywhere(id);
  if (experiment == nullptr) return false;
  return std::ranges::any_of(experiment->settings.metrics, [](const MetricArgument& metric) {
    const auto* name = std::get_if<std::string>(&metric);
    return name != nullptr && *name == "mae";
  });
}

const Experiment* find_anywhere(std::string_view id) {
  for (const Experiment& experiment : all_experiments()) {
    if (experiment.id == id) return &experiment;
  }
  return nullptr;
}

}  // namespace reprise::book
