#include "tests/support/book_runs.hpp"

#include <fstream>
#include <map>

#include "reprise/core/named.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/nn/optimizer_text.hpp"
#include "reprise/record/recorder.hpp"
#include "repro/program/flags.hpp"
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

// The settings of a run with the flags of a program: those of a reader's own network.
book::Settings settings_with(const json& flags, const book::Experiment& experiment) {
  const book::Section& section = section_of(experiment);
  std::vector<std::string> words{std::string(section.program)};
  for (const json& flag : flags) words.push_back(flag);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return book::parse_flags(section, static_cast<int>(argv.size()), argv.data())
      .flags.settings_of(experiment);
}

book::Settings settings_like(const json& wanted) {
  const book::Experiment& experiment = experiment_of(wanted);
  book::Settings settings = experiment.settings;
  if (wanted.contains("flags")) {
    settings = settings_with(wanted["flags"], experiment);
  } else {
    settings.optimizer = optimizer_from(wanted["optimizer"].get<std::string>());
    settings.activation = *by_name<Activation>(wanted["activation"].get<std::string>());
    if (!wanted["loss"].is_null())
      settings.loss = *by_name<Loss>(wanted["loss"].get<std::string>());
  }
  // a run that may stop early must find out by itself after how many epochs
  if (!settings.patience) settings.epochs = static_cast<int>(wanted["history"][0]["loss"].size());
  return settings;
}

const KerasCache& cache_of(const json& wanted) {
  static const KerasCache real;
  static const KerasCache standin({.standin = true});
  return wanted.value("data", "") == "stand-in" ? standin : real;
}

}  // namespace

json golden(const std::string& name) {
  std::ifstream in(source_file("results/keras/" + name + ".json"));
  return json::parse(in);
}

std::string data_file_of(const json& wanted) {
  if (wanted.value("data", "") == "stand-in") return "";
  return std::string(section_of(experiment_of(wanted)).data);
}

bool has_data_of(const json& wanted) {
  const std::string file = data_file_of(wanted);
  return file.empty() || real_file(file).has_value();
}

json first_epochs(json wanted, std::size_t epochs) {
  if (wanted.contains("flags") && settings_like(wanted).patience) return wanted;
  if (wanted["history"].size() != 1 || wanted["history"][0]["loss"].size() <= epochs) return wanted;
  const auto shorten = [](json& list, std::size_t size) {
    if (list.size() > size) list.erase(list.begin() + static_cast<long>(size), list.end());
  };
  for (json& values : wanted["history"][0]) shorten(values, epochs);
  shorten(wanted["permutations"], epochs + 1);  // fit discards the first order that it draws
  for (const char* after_training : {"evaluate", "final_sums"})
    wanted[after_training] = json::array();
  wanted.erase("predict_head");
  return wanted;
}

RunRecord record_like(const json& wanted, RuntimeOptions options, bool force_grain_one) {
  static std::map<const KerasCache*, book::DatasetCache> all_datasets;
  const KerasCache& cache = cache_of(wanted);
  book::DatasetCache& datasets = all_datasets.try_emplace(&cache, cache).first->second;
  const book::Experiment& experiment = experiment_of(wanted);
  const book::Settings settings = settings_like(wanted);
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
