#include "repro/references/reference_runs.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "reprise/record/run_reader.hpp"
#include "repro/editions.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

// Throws Error unless the document has the form that its readers rely on.
void require_book_form(const json& book, const std::string& file) {
  const auto require = [&](bool right, const std::string& what) {
    if (right) return;
    throw Error(fmt::format("{}: found no {}, expected a document of reprise/book/1", file, what));
  };
  const auto at = [](const json& object, const char* name) {
    return object.is_object() ? object.value(name, json()) : json();
  };
  require(at(book, "experiment").is_string(), "experiment");
  require(at(book, "logs").is_array(), "list of logs");
  for (const json& log : book["logs"]) {
    require(at(log, "name").is_string() && at(log, "edition").is_number_unsigned() &&
                at(log, "history").is_array() && at(log, "evaluate").is_array(),
            "log with name, edition, history and evaluate");
    run_results_from(log, file);
    require(at(log, "printed").is_object() || !log.contains("printed"), "object 'printed'");
  }
  require(at(at(book, "reruns"), "figures").is_object(), "figures of re-runs");
  for (const json& figure : book["reruns"]["figures"]) {
    require(at(figure, "n").is_number() && at(figure, "mean").is_number() &&
                at(figure, "sd").is_number(),
            "n, mean and sd of a re-run's figure");
  }
}

// read_runs has refused unknown experiments.
const Experiment& experiment_of(const RunRecord& run) { return *find_anywhere(run.experiment); }

KerasRun read_keras_run(const std::filesystem::path& file) {
  const json document = read_json(file, "a run of Keras");
  const std::string name = file.string();
  const RunResults results = run_results_from(document, name);
  if (results.history.empty() || !document.contains("keras") || !document["keras"].is_string()) {
    throw Error(fmt::format("{}: found no history or no version, expected a run of Keras", name));
  }
  // the data of most runs are Keras's own files, which these need not name
  const bool standin = document.value("data", "") == "stand-in";
  return {document["keras"], results, standin};
}

// The settings that appear in the names of Keras's runs if they were changed, in this order.
constexpr const char* kNamed[] = {"optimizer", "loss", "activation"};

// Whether two settings differ at most in those, and in the number of epochs: a longer or shorter
// run is the same as far as both go.
bool differ_only_in_named(json a, json b) {
  for (json* settings : {&a, &b}) {
    for (const char* name : kNamed) settings->erase(name);
    settings->erase("epochs");
  }
  return a == b;
}

}  // namespace

std::optional<KerasRun> keras_run_of(const RunRecord& run, const std::filesystem::path& results) {
  if (run.semantics != all_semantics().front().name) return {};
  const Experiment& experiment = experiment_of(run);
  const json& settings = *run.settings;
  if (!differ_only_in_named(settings, to_json(experiment.settings))) return {};
  const bool own = experiment.variation_of.empty();
  const Experiment& base = own ? experiment : *find_anywhere(experiment.variation_of);
  const json base_settings = to_json(base.settings);
  std::string file = fmt::format("{}__seed{}", base.id, run.seed);
  if (run.dtype == "float64") file += "__x64";
  for (const char* name : kNamed) {
    const json& value = settings.at(name);
    if (value != base_settings.at(name)) file += "__" + value.get<std::string>();
  }
  const auto path = results / "keras" / (file + ".json");
  if (!std::filesystem::exists(path)) return {};
  KerasRun keras = read_keras_run(path);
  if (keras.standin != run.data.standin) return {};
  return keras;
}

std::optional<json> book_file_of(const Experiment& experiment,
                                 const std::filesystem::path& results) {
  const auto file = results / "book" / (std::string(experiment.id) + ".json");
  if (!std::filesystem::exists(file)) return {};
  json book = read_json(file, "a document of reprise/book/1");
  require_book_form(book, printable(file.string()));
  return book;
}

std::optional<json> book_of(const RunRecord& run, const std::filesystem::path& results) {
  const Experiment& experiment = experiment_of(run);
  auto book = book_file_of(experiment, results);
  const int edition = run.edition;
  for (const Experiment& other : all_experiments()) {
    if (other.id == experiment.id || other.listing.run != experiment.listing.run) continue;
    if (!edition_has(edition, other) || *run.settings != to_json(settings_in(edition, other)))
      continue;
    const auto twin = book_file_of(other, results);
    if (!twin) continue;
    if (!book) {
      book = json{{"experiment", experiment.id},
                  {"logs", json::array()},
                  {"reruns", {{"figures", json::object()}}}};
    }
    for (const json& log : twin->at("logs")) (*book)["logs"].push_back(log);
  }
  return book;
}

bool has_book_settings(const RunRecord& run) {
  const Experiment& experiment = experiment_of(run);
  return edition_has(run.edition, experiment) &&
         *run.settings == to_json(settings_in(run.edition, experiment));
}

}  // namespace reprise::book
