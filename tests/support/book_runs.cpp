#include "tests/support/book_runs.hpp"

#include <fstream>

#include "reprise/core/named.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/record/recorder.hpp"
#include "repro/program/runner.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::testing {

using nlohmann::json;

namespace {

const book::Section& section_of(const book::Experiment& experiment) {
  return *std::ranges::find_if(book::catalogue(), [&](const book::Section& section) {
    return std::ranges::any_of(section.experiments,
                               [&](const auto& e) { return e.id == experiment.id; });
  });
}

const book::Experiment& experiment_of(const json& wanted) {
  return *book::find_anywhere(wanted.at("experiment").get<std::string>());
}

}  // namespace

json golden(const std::string& name) {
  std::ifstream in(source_file("results/keras/" + name + ".json"));
  return json::parse(in);
}

std::string data_file_of(const json& wanted) {
  return std::string(section_of(experiment_of(wanted)).data);
}

RunRecord record_like(const json& wanted, RuntimeOptions options, bool force_grain_one) {
  static const KerasCache cache;
  static book::DatasetCache datasets(cache);
  const book::Experiment& experiment = experiment_of(wanted);
  book::Settings settings = experiment.settings;
  settings.optimizer = *by_name<Optimizer>(wanted["optimizer"].get<std::string>());
  settings.activation = *by_name<Activation>(wanted["activation"].get<std::string>());
  if (!wanted["loss"].is_null()) settings.loss = *by_name<Loss>(wanted["loss"].get<std::string>());
  settings.epochs = static_cast<int>(wanted["history"][0]["loss"].size());
  options.seed = wanted["seed"];
  const book::Task task{&section_of(experiment), &experiment, 1, settings, options};
  Runtime runtime(options, {.force_grain_one = force_grain_one});
  RunRecord record = book::blank_record(task);
  Recorder recorder(record);
  runtime.watch(recorder);
  book::Run run(runtime, datasets, {}, record);
  experiment.listing.run(run, settings);
  return record;
}

json run_like(const json& wanted, RuntimeOptions options, bool force_grain_one) {
  return to_json(record_like(wanted, options, force_grain_one));
}

}  // namespace reprise::testing
