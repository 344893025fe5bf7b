// Sources are the author's notebooks (fchollet/deep-learning-with-python-notebooks);
// docs/editions.md names the cells.
#include "repro/editions.hpp"

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
  constexpr auto kAdam = [](Settings& s) { s.optimizer = Adam{}; };
  constexpr auto kSplit = [](Settings& s) { s.validation_split = 0.4; };
  constexpr auto kL2 = [](Settings& s) { s.kernel_regularizer = L2{0.002}; };
  constexpr auto kIntegerLabels = [](Settings& s) { s.loss = SparseCategoricalCrossentropy{}; };
  constexpr auto kAllRows = [](Settings& s) { s.all_training_rows = true; };
  constexpr auto kBatch16 = [](Settings& s) { s.batch_size = 16; };
  constexpr auto kNotSmoothed = [](Settings& s) { s.smoothing = 0; };
  constexpr auto kKerasUniform = [](Settings& s) { s.initial_weights = UniformRange{-0.05, 0.05}; };
  constexpr auto k130Epochs = [](Settings& s) { s.epochs = 130; };
  constexpr auto kTop3 = [](Settings& s) {
    s.metrics = {"accuracy", TopKCategoricalAccuracy{.k = 3}};
  };
  constexpr const char* kNotebook22 = "second_edition/chapter02, commit 03def3a";
  constexpr const char* kNotebook23 = "second_edition/chapter03, commit 03def3a";
  constexpr const char* kNotebook24 = "second_edition/chapter04, commit 03def3a";
  constexpr const char* kNotebook25 = "second_edition/chapter05, commit 03def3a";
  constexpr const char* kNotebook32 = "chapter02, commit 503b0f4";
  constexpr const char* kNotebook34 = "chapter04, commit 503b0f4";
  constexpr const char* kNotebook35 = "chapter05, commit 503b0f4";
  static const std::vector<EditionChange> table{
      {1,
       {"boston_kfold16", "boston_final_130"},
       nullptr,
       "only in later editions",
       "first_edition/3.7, commit 04f4106"},
      {1, {"california*"}, nullptr, "only in the third edition", kNotebook34},
      {1,
       {"generalization_*", "tuning_*", "capacity_*"},
       nullptr,
       "only in later editions",
       kNotebook25},
      {1, {"mnist_naive"}, nullptr, "only in later editions", kNotebook22},
      {1, {"clouds*"}, nullptr, "only in later editions", kNotebook23},
      {2, {"mnist"}, kIntegerLabels, "integer labels", kNotebook22},
      {2, {"california*"}, nullptr, "only in the third edition", kNotebook34},
      {2, {"capacity_128", "capacity_2048x3"}, nullptr, "only in the third edition", kNotebook35},
      {2, {"reuters_8ep"}, nullptr, "replaced by reuters_9ep, 9 epochs", kNotebook24},
      {2, {"reuters_9ep"}, kAllRows, "all 8,982 newswires, no validation", kNotebook24},
      {2, {"boston_kfold", "boston_kfold_500"}, kBatch16, "batches of 16", kNotebook24},
      {2, {"boston_kfold_500"}, kNotSmoothed, "the curve is not smoothed", kNotebook24},
      {2, {"boston_final"}, k130Epochs, "130 epochs", kNotebook24},
      {2, {"overfit_*"}, kSplit, "validation_split .4, no test set", kNotebook25},
      {2, {"overfit_l2"}, kL2, "l2 .002", kNotebook25},
      {3, {"mnist"}, kIntegerLabels, "integer labels", kNotebook32},
      {3, {"mnist"}, kAdam, "adam", kNotebook32},
      {3, {"mnist_naive"}, kKerasUniform, "kernels between -.05 and .05", kNotebook32},
      {3, {"imdb*", "reuters*"}, kAdam, "adam", kNotebook34},
      {3, {"reuters"}, kTop3, "top-3 accuracy beside accuracy", kNotebook34},
      {3, {"reuters_8ep"}, nullptr, "replaced by reuters_9ep, 9 epochs", kNotebook34},
      {3, {"reuters_9ep"}, kAllRows, "all 8,982 newswires, no validation", kNotebook34},
      {3,
       {"boston_kfold", "boston_kfold_500", "boston_kfold16", "boston_final", "boston_final_130"},
       nullptr,
       "replaced by California housing",
       kNotebook34},
      {3, {"generalization_noise", "generalization_zeros"}, kAdam, "adam", kNotebook35},
      {3, {"capacity_96"}, nullptr, "replaced by capacity_128", kNotebook35},
      {3, {"overfit_*"}, kSplit, "validation_split .4, no test set", kNotebook35},
      {3, {"overfit_l2"}, kL2, "l2 .002", kNotebook35},
  };
  return table;
}

bool EditionChange::concerns(const Experiment& experiment) const {
  return std::ranges::any_of(experiments, [&](std::string_view name) {
    if (!name.ends_with('*')) return name == experiment.id;
    return experiment.id.starts_with(name.substr(0, name.size() - 1)) &&
           experiment.settings.epochs > 0;
  });
}

namespace {

bool concerns(const EditionChange& change, int edition, const Experiment& experiment) {
  return change.edition == edition && change.concerns(experiment);
}

}  // namespace

std::vector<std::string_view> changes_in(int edition, const Experiment& experiment) {
  std::vector<std::string_view> changes;
  for (const EditionChange& change : edition_changes()) {
    if (concerns(change, edition, experiment)) changes.push_back(change.what);
  }
  return changes;
}

bool edition_has(int edition, const Experiment& experiment) {
  return std::ranges::none_of(edition_changes(), [&](const EditionChange& change) {
    return concerns(change, edition, experiment) && change.change == nullptr;
  });
}

int first_edition_with(const Experiment& experiment) {
  for (const Edition& edition : editions()) {
    if (edition_has(edition.number, experiment)) return edition.number;
  }
  return editions().front().number;
}

Settings settings_in(int edition, const Experiment& experiment) {
  Settings settings = experiment.settings;
  for (const EditionChange& change : edition_changes()) {
    if (!concerns(change, edition, experiment)) continue;
    if (change.change == nullptr) {
      throw Error(fmt::format("--edition: edition {} does not have experiment {}: {}", edition,
                              experiment.id, change.what));
    }
    change.change(settings);
  }
  return settings;
}

}  // namespace reprise::book
