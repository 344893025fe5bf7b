// What the editions of the book changed, as data: one table, an entry a change.
#pragma once

#include <string_view>
#include <vector>

#include "repro/catalogue.hpp"

namespace reprise::book {

struct Edition {
  int number;
  std::string_view about;      // year and Keras
  std::string_view semantics;  // of its time
};
const std::vector<Edition>& editions();

struct EditionChange {
  int edition;
  std::vector<std::string_view> experiments;  // "imdb*": all that train and whose id begins so
  void (*change)(Settings& settings);         // none: the edition lacks these experiments
  std::string_view what;
  std::string_view source;

  bool concerns(const Experiment& experiment) const;
};
const std::vector<EditionChange>& edition_changes();

// What that edition changed in the experiment, a text a change.
std::vector<std::string_view> changes_in(int edition, const Experiment& experiment);

bool edition_has(int edition, const Experiment& experiment);
// The first edition that has the experiment.
int first_edition_with(const Experiment& experiment);

// The experiment's settings in that edition. Throws Error (exit code 2) if the edition lacks it.
Settings settings_in(int edition, const Experiment& experiment);

}  // namespace reprise::book
