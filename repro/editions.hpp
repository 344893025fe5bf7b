// The changes that the editions of the book made to its experiments, as one table.
#pragma once

#include <string_view>
#include <vector>

#include "repro/catalogue.hpp"

namespace reprise::book {

struct Edition {
  int number;
  std::string_view about;      // year and version of Keras
  std::string_view semantics;  // of that version, or the nearest one that is implemented
};
const std::vector<Edition>& editions();

struct EditionChange {
  int edition;
  std::vector<std::string_view> experiments;  // "imdb*": all whose id begins so and that train
  void (*change)(Settings& settings);         // nullptr: the edition lacks these experiments
  std::string_view what;
  std::string_view source;

  bool concerns(const Experiment& experiment) const;
};
const std::vector<EditionChange>& edition_changes();

// Returns a description of each change that the edition made to the experiment.
std::vector<std::string_view> changes_in(int edition, const Experiment& experiment);

bool edition_has(int edition, const Experiment& experiment);
int first_edition_with(const Experiment& experiment);

// Returns the experiment's settings in that edition. Throws Error (exit code 2) if the edition
// lacks the experiment.
Settings settings_in(int edition, const Experiment& experiment);

}  // namespace reprise::book
