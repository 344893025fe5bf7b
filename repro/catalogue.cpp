#include "catalogue.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "sections.hpp"

namespace reprise::book {

const std::vector<Section>& catalogue() {
  static const std::vector<Section> sections{imdb_section()};
  return sections;
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

}  // namespace reprise::book
