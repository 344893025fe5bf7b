#include "reprise/record/run_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise {

using nlohmann::json;

namespace {

constexpr std::string_view kSchema = "reprise/run/";
constexpr int kOldest = 1, kNewest = 2;  // versions of the schema that are read

// The version of the document's schema.
int schema_of(const std::filesystem::path& file, const json& document) {
  const json found = document.is_object() ? document.value("schema", json()) : json("no object");
  for (int version = kOldest; version <= kNewest && found.is_string(); ++version) {
    const std::string expected = fmt::format("{}{}", kSchema, version);
    const auto text = found.get<std::string>();
    if (text == expected || text.starts_with(expected + ".")) return version;
  }
  throw Error(fmt::format("{}: found schema {}, expected \"{}{}\" or \"{}{}\"", file.string(),
                          found.dump(), kSchema, kOldest, kSchema, kNewest));
}

// Records have null where a number is none.
bool is_number(const json& value) { return value.is_number() || value.is_null(); }
bool is_numbers(const json& value) {
  return value.is_array() && !value.empty() && std::ranges::all_of(value, is_number);
}
template <bool (*is)(const json&)>
bool each(const json& value) {
  return std::ranges::all_of(value, is);
}

// The curves of a fit.
bool is_fit(const json& value) {
  return value.is_object() && value.contains("loss") &&
         std::ranges::all_of(value, [&](const json& curve) {
           return is_numbers(curve) && curve.size() == value["loss"].size();
         });
}

void check_run(const std::filesystem::path& file, const json& run, std::size_t i) {
  const auto require = [&](const json& object, std::initializer_list<const char*> names, auto is,
                           const char* kind, const char* parent = "") {
    for (const char* name : names) {
      if (object.is_object() && object.contains(name) && std::invoke(is, object[name])) continue;
      throw Error(fmt::format("{}: run {} has no field '{}{}' that is {}, expected a record",
                              file.string(), i, parent, name, kind));
    }
  };
  require(run, {"experiment", "semantics", "optimizer", "loss", "activation", "dtype", "backend"},
          &json::is_string, "a text");
  require(run, {"edition", "seed", "epochs", "batch_size", "threads"}, &json::is_number_unsigned,
          "a whole number");
  require(run, {"initial_kernels", "permutations", "history", "evaluate"}, &json::is_array,
          "a list");
  require(run, {"data", "settings"}, &json::is_object, "an object");
  require(run["data"], {"standin"}, &json::is_boolean, "true or false");
  const auto require_setting = [&](std::initializer_list<const char*> names, auto is,
                                   const char* kind) {
    require(run["settings"], names, is, kind, "settings.");
  };
  require_setting({"activation", "optimizer", "loss"}, &json::is_string, "a text");
  require_setting({"epochs", "batch_size"}, &json::is_number_unsigned, "a whole number");
  require_setting({"dropout", "validation_split"}, &json::is_number, "a number");
  require_setting({"units", "metrics"}, &json::is_array, "a list");
  require_setting({"all_training_rows"}, &json::is_boolean, "true or false");
  require_setting(
      {"kernel_regularizer"},
      [](const json& value) { return value.is_null() || value.is_object(); }, "null or an object");
  require(run, {"history"}, each<is_fit>, "a list of curves of one length");
  require(run, {"evaluate"}, each<is_numbers>, "a list of numbers");
  if (run.contains("results")) require(run, {"results"}, each<is_number>, "an object of numbers");
}

// In `value`, however deep: what a record says by null is not a number, as before it was written.
void restore_not_a_number(json& value) {
  if (value.is_null()) value = std::numeric_limits<double>::quiet_NaN();
  if (!value.is_structured()) return;
  for (json& inner : value) restore_not_a_number(inner);
}

// ---- records of schema reprise/run/1 ------------------------------------------------------------

// The number, or the text itself if it is none of that kind.
json whole_number(const std::string& text) {
  const json value = json::parse(text, nullptr, false);
  return value.is_number_unsigned() ? value : json(text);
}
json number(const std::string& text) {
  const json value = json::parse(text, nullptr, false);
  return value.is_number() ? json(value.get<double>()) : json(text);
}

// "16, 16".
json units(const std::string& text) {
  const json list = json::parse("[" + text + "]", nullptr, false);
  return list.is_array() ? list : json(text);
}

// "l1 0.0001", "l2 0.001", "l1_l2 0.0001 0.0001" or "none".
json regularizer(const std::string& text) {
  if (text == "none") return nullptr;
  std::istringstream in(text);
  std::string name, factor;
  in >> name;
  json object{{"name", name}};
  for (const char* key : {"l1", "l2"}) {
    if (name != key && name != "l1_l2") continue;
    if (!(in >> factor)) return text;
    object[key] = number(factor);
  }
  return object.size() > 1 && in.eof() ? object : json(text);
}

// "accuracy, top_k_categorical_accuracy 3".
json metrics(const std::string& text) {
  json list = json::array();
  std::istringstream in(text);
  for (std::string metric; std::getline(in >> std::ws, metric, ',');) {
    const std::size_t space = metric.find(' ');
    if (space == std::string::npos) {
      list.push_back(metric);
    } else {
      list.push_back(
          {{"name", metric.substr(0, space)}, {"k", whole_number(metric.substr(space + 1))}});
    }
  }
  return list;
}

json truth(const std::string& text) {
  return text == "yes" ? json(true) : text == "no" ? json(false) : json(text);
}

// A record of schema reprise/run/1 kept every setting as a text: {"units": "16, 16",
// "kernel_regularizer": "l1_l2 0.0001 0.0001", "all_training_rows": "no"}. Returns the typed
// settings of reprise/run/2: {"units": [16, 16], "kernel_regularizer": {"name": "l1_l2",
// "l1": 0.0001, "l2": 0.0001}, "all_training_rows": false}. A text that does not have the expected
// form stays a text; the reader then rejects it as it rejects any setting of the wrong type.
json settings_of_run_1(const json& texts) {
  json settings = texts;
  const auto upgrade = [&](const char* name, json (*typed)(const std::string&)) {
    const auto found = settings.find(name);
    if (found == settings.end() || !found->is_string()) return;
    *found = typed(found->get<std::string>());
  };
  upgrade("units", units);
  upgrade("kernel_regularizer", regularizer);
  upgrade("metrics", metrics);
  upgrade("all_training_rows", truth);
  for (const char* name : {"epochs", "batch_size"}) upgrade(name, whole_number);
  for (const char* name : {"dropout", "validation_split", "smoothing"}) {
    upgrade(name, number);
  }
  return settings;
}

}  // namespace

std::vector<json> read_runs(const std::filesystem::path& file) {
  const json document = read_json(file, "a record");
  const int schema = schema_of(file, document);
  if (!document.contains("runs") || !document["runs"].is_array()) {
    throw Error(fmt::format("{}: found no list of runs, expected a record", file.string()));
  }
  std::vector<json> runs;
  for (json run : document["runs"]) {
    if (schema == 1 && run.is_object() && run.contains("settings")) {
      run["settings"] = settings_of_run_1(run["settings"]);
    }
    check_run(file, run, runs.size());
    for (const char* name : {"history", "evaluate", "results"}) {
      if (run.contains(name)) restore_not_a_number(run[name]);
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

std::string key_of(const json& run) {
  json key;
  for (const char* name :
       {"experiment", "edition", "seed", "semantics", "optimizer", "loss", "activation", "epochs",
        "batch_size", "settings", "dtype", "backend", "arithmetic", "data"}) {
    key[name] = run.value(name, json());
  }
  // where bits depend on the number of threads, so does what a run goes on with
  for (const BackendInfo& backend : backends()) {
    if (key["backend"] == backend.name && !backend.same_bits_on_any_threads) {
      key["threads"] = run.value("threads", json());
    }
  }
  return json_text(key);
}

RunFile::RunFile(std::filesystem::path file, std::string program) : file_(std::move(file)) {
  const AtomicFile probe(file_);
  const json document = record_document(program, {});
  for (const char* name : {"schema", "program", "created", "environment"}) {
    head_ += fmt::format("{} \"{}\": {}", head_.empty() ? "{\n" : ",\n", name,
                         json_text(document[name]));
  }
}

void RunFile::add(std::size_t position, const json& run) { runs_[position] = json_text(run); }

void RunFile::add_process(const ProcessTimes& times) {
  const json process{{"seconds", times.seconds},
                     {"before_main", times.before_main},
                     {"cpu", times.cpu},
                     {"write", write_seconds_}};
  head_ += fmt::format(",\n \"peak_memory_bytes\": {},\n \"process\": {}", peak_memory_bytes(),
                       json_text(process));
}

void RunFile::write() {
  const Stopwatch watch;
  AtomicFile file(file_);
  std::ostream& out = file.stream();
  out << head_ << ",\n \"runs\": [";
  const char* separator = "\n";
  for (const auto& [position, line] : runs_) {
    out << separator << line;
    separator = ",\n";
  }
  out << "\n]}\n";
  file.commit();
  write_seconds_ += watch.seconds();
}

}  // namespace reprise
