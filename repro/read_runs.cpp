#include "repro/read_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "reprise/nn/optimizer_text.hpp"
#include "reprise/record/run_1.hpp"
#include "reprise/record/run_reader.hpp"
#include "repro/editions.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

constexpr std::string_view kSchema = "reprise/run/";
constexpr int kOldest = 1, kNewest = 2;  // versions of the schema that are read

// The version of the document's schema.
int schema_of(const std::string& file, const json& document) {
  const json found = document.is_object() ? document.value("schema", json()) : json("no object");
  for (int version = kOldest; version <= kNewest && found.is_string(); ++version) {
    const std::string expected = fmt::format("{}{}", kSchema, version);
    const auto text = found.get<std::string>();
    if (text == expected || text.starts_with(expected + ".")) return version;
  }
  throw Error(fmt::format("{}: found schema {}, expected \"{}{}\" or \"{}{}\"", file,
                          printable(json_text(found)), kSchema, kOldest, kSchema, kNewest));
}

std::string unknown(const char* field, const std::string& found,
                    const std::vector<std::string>& known) {
  if (std::ranges::find(known, found) != known.end()) return "";
  return fmt::format("{}: {}", field, unknown_name(printable(found), known));
}

std::string unknown_optimizer(const std::string& text) {
  try {
    optimizer_from(text);
    return "";
  } catch (const Error& error) {
    return fmt::format("optimizer: {}", error.what());
  }
}

// Returns what of a run of that listing is missing or too much, or "".
std::string missing_part(const RunRecord& run, const Listing& listing) {
  const auto count = [](const char* what, std::size_t found, std::size_t expected) {
    return found == expected ? "" : fmt::format("{}: found {}, expected {}", what, found, expected);
  };
  // the listing adds an output layer to the hidden ones; a layer has a kernel and a bias
  const std::size_t layers = run.settings->at("units").size() + 1;
  std::string text = count("history", run.history.size(), listing.fits);
  // each fit draws one order that it discards, and one for each epoch
  std::size_t orders = 0;
  for (const History& fit : run.history) orders += 1 + fit.begin()->second.size();
  if (text.empty())
    text = count("permutations", run.permutations.size(), listing.by_hand ? 0 : orders);
  if (text.empty()) text = count("evaluate", run.evaluate.size(), listing.evaluations);
  for (const auto& kernels : run.initial_kernels) {
    if (text.empty()) text = count("initial_kernels", kernels.size(), layers);
  }
  for (const auto& sums : run.final_sums) {
    if (text.empty()) text = count("final_sums", sums.size(), 2 * layers);
  }
  if (!text.empty()) return text;
  if (listing.predicts != run.predict_head.has_value()) {
    return fmt::format("predict_head: expected {}", listing.predicts ? "predictions" : "none");
  }
  const bool has_result =
      !listing.result.empty() && (listing.fits == 0 || run.epochs > listing.result_after);
  text = count("results", run.results.size(), has_result);
  if (!text.empty() || !has_result) return text;
  const auto& [name, value] = *run.results.begin();
  if (name != listing.result && name != listing.alternative) {
    return fmt::format("results: found {}, expected {}", printable(name), listing.result);
  }
  const bool whole = value >= 1 && value <= run.epochs && value == std::floor(value);
  if (name.ends_with("_epoch") && !whole && !std::isnan(value)) {
    return fmt::format("{}: found {}, expected an epoch from 1 to {}", name, value, run.epochs);
  }
  return "";
}

// Returns what is wrong with a run of that experiment, or "".
std::string flaw_of(const RunRecord& run, const Experiment* experiment) {
  if (experiment == nullptr) return "found an unknown experiment, expected one of reprise list";
  if (!edition_has(run.edition, *experiment)) {
    return fmt::format("found edition {}, which lacks this experiment", run.edition);
  }
  if (!is_backend_name(run.backend)) return unknown("backend", run.backend, backend_names());
  std::vector<std::string> semantics;
  for (const Semantics& known : all_semantics()) semantics.emplace_back(known.name);
  for (const std::string& text :
       {unknown("semantics", run.semantics, semantics), unknown_optimizer(run.optimizer),
        unknown("loss", run.loss, names<Loss>()),
        unknown("activation", run.activation, names<Activation>()),
        unknown("dtype", run.dtype, {"float32", "float64"})}) {
    if (!text.empty()) return text;
  }
  const std::string missing = missing_part(run, experiment->listing);
  return missing.empty() ? "" : missing + ": the run is incomplete";
}

// The name of a run that has not been read yet: without experiment and seed if it has none.
std::string name_in(const std::string& file, std::size_t number, const json& run) {
  const std::string name = fmt::format("{}: run {}", file, number);
  if (!run.is_object() || !run.contains("experiment") || !run.contains("seed")) return name;
  const json &experiment = run["experiment"], &seed = run["seed"];
  if (!experiment.is_string() || !seed.is_number()) return name;
  return fmt::format("{} ({}, seed {})", name, printable(experiment.get<std::string>()),
                     json_text(seed));
}

}  // namespace

std::string name_in(const std::string& file, std::size_t number, const RunRecord& run) {
  return fmt::format("{}: run {} ({}, seed {})", file, number, printable(run.experiment), run.seed);
}

std::vector<RunRecord> read_runs(const std::filesystem::path& path, const FindExperiment& find) {
  const json document = read_json(path, "a record");
  const std::string file = printable(path.string());
  const int schema = schema_of(file, document);
  if (!document.contains("runs") || !document["runs"].is_array()) {
    throw Error(fmt::format("{}: found no list of runs, expected a record", file));
  }
  std::vector<RunRecord> runs;
  std::set<std::string> keys;
  for (json object : document["runs"]) {
    if (schema == 1 && object.is_object() && object.contains("settings")) {
      object["settings"] = settings_of_run_1(object["settings"]);
    }
    RunRecord run = run_record_from(object, name_in(file, runs.size(), object));
    std::string flaw = flaw_of(run, find(run.experiment));
    if (!keys.insert(key_of(run)).second) flaw = "found twice, expected once";
    if (!flaw.empty()) {
      throw Error(fmt::format("{}: {}", name_in(file, runs.size(), run), flaw));
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace reprise::book
