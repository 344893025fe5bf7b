#include "editions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"

namespace reprise::book {

const std::vector<Edition>& editions() {
  static const std::vector<Edition> list{
      {1, "2017, Keras 2.0.8", "keras-2.0.8"},
      {2, "2021, TensorFlow 2", "tf.keras-2.9"},
      {3, "2025, Keras 3", "keras-3.15"},
  };
  return list;
}

const std::vector<EditionChange>& edition_changes() {
  static const std::vector<EditionChange> table{};
  return table;
}

namespace {

bool concerns(const EditionChange& change, int edition, const Experiment& experiment) {
  return change.edition == edition &&
         std::ranges::find(change.experiments, experiment.id) != change.experiments.end();
}

}  // namespace

bool has(int edition, const Experiment& experiment) {
  return std::ranges::none_of(edition_changes(), [&](const EditionChange& change) {
    return concerns(change, edition, experiment) && change.change == nullptr;
  });
}

Settings settings_in(int edition, const Experiment& experiment) {
  Settings settings = experiment.settings;
  for (const EditionChange& change : edition_changes()) {
    if (!concerns(change, edition, experiment)) continue;
    if (change.change == nullptr) {
      throw Error(fmt::format("--edition: found {} with {}, which it lacks: {}", edition,
                              experiment.id, change.what));
    }
    change.change(settings);
  }
  return settings;
}

}  // namespace reprise::book
