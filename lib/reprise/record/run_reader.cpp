#include "reprise/record/run_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "reprise/core/error.hpp"
#include "reprise/data/files.hpp"
#include "reprise/data/json.hpp"

namespace reprise {

using nlohmann::json;

namespace {

using Is = bool (*)(const json&);

bool is_text(const json& value) { return value.is_string(); }
bool is_size(const json& value) {
  return value.is_number_unsigned() && value.get<std::uint64_t>() > 0;
}
bool is_truth(const json& value) { return value.is_boolean(); }
bool is_object(const json& value) { return value.is_object(); }
bool is_list(const json& value) { return value.is_array(); }
// Records have null where a number is not finite.
bool is_number(const json& value) { return value.is_number() || value.is_null(); }
bool is_object_or_null(const json& value) { return value.is_object() || value.is_null(); }

template <Is is>
bool is_list_of(const json& value) {
  return value.is_array() && std::ranges::all_of(value, is);
}

bool is_crc32(const json& value) {
  const auto* text = value.is_string() ? &value.get_ref<const std::string&>() : nullptr;
  return text != nullptr && text->size() == 8 &&
         text->find_first_not_of("0123456789abcdef") == std::string::npos;
}
bool is_numbers(const json& value) { return !value.empty() && is_list_of<is_number>(value); }
bool is_fit(const json& value) {
  return value.is_object() && value.contains("loss") && std::ranges::all_of(value, is_numbers);
}
bool is_kernel(const json& value) {
  return value.is_object() && is_crc32(value.value("crc32", json())) &&
         is_list_of<is_size>(value.value("shape", json())) && value["shape"].size() == 2;
}
bool is_sums(const json& value) {
  return value.is_object() && is_number(value.value("sum_abs", json(""))) &&
         is_number(value.value("sum_sq", json("")));
}
bool is_numbers_by_name(const json& value) {
  return value.is_object() && std::ranges::all_of(value, is_number);
}

bool is_metric(const json& value) {
  return value.is_string() || (value.is_object() && is_text(value.value("name", json())));
}

double number(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}
std::vector<double> numbers(const json& list) {
  std::vector<double> values;
  for (const json& value : list) values.push_back(number(value));
  return values;
}

// The fields of an object in a file. A field that is not as it should be is named.
class Fields {
 public:
  Fields(const json& object, std::string where, std::string parent = "")
      : object_(object), where_(std::move(where)), parent_(std::move(parent)) {}

  bool has(const char* name) const { return object_.is_object() && object_.contains(name); }

  const json& require(const char* name, Is is, const char* kind) const {
    if (has(name) && is(object_[name])) return object_[name];
    throw Error(fmt::format("{} has no field '{}{}' that is {}, expected a record", where_, parent_,
                            name, kind));
  }
  // The list, or an empty one if it is missing.
  const json& list_or_empty(const char* name, Is is, const char* kind) const {
    static const json empty = json::array();
    return has(name) ? require(name, is, kind) : empty;
  }

  std::string text(const char* name) const { return require(name, is_text, "a text"); }
  bool truth(const char* name) const { return require(name, is_truth, "true or false"); }
  std::int64_t whole(const char* name, std::int64_t low, std::int64_t high) const {
    const json value = has(name) ? object_[name] : json();
    if (value.is_number_integer() &&
        (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t{1} << 62)) {
      const auto number = value.get<std::int64_t>();
      if (low <= number && number <= high) return number;
    }
    throw Error(fmt::format("{}: {}{}: found {}, expected a whole number from {} to {}", where_,
                            parent_, name, value.is_null() ? "none" : printable(json_text(value)),
                            low, high));
  }
  double number(const char* name, double low, double high) const {
    const json value = has(name) ? object_[name] : json();
    if (value.is_number() && low <= value.get<double>() && value.get<double>() <= high) {
      return value.get<double>();
    }
    throw Error(fmt::format("{}: {}{}: found {}, expected a number from {} to {}", where_, parent_,
                            name, value.is_null() ? "none" : printable(json_text(value)), low,
                            high));
  }
  // A time, NaN if it is missing: a reader can do without.
  double seconds(const char* name) const {
    constexpr double kMost = 1e9;
    return has(name) && !object_[name].is_null() ? number(name, 0, kMost)
                                                 : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  const json& object_;
  std::string where_, parent_;
};

DataRecord data_from(const Fields& data) {
  DataRecord record{data.text("file"), data.text("sha256"), data.truth("standin"), false,
                    data.has("note") ? data.text("note") : ""};
  // the first records did not say whether the file was Keras's own, but its checksum does
  const auto known = std::ranges::find(known_data_files(), record.file, &DataFile::name);
  record.verified = data.has("verified")
                        ? data.truth("verified")
                        : known != known_data_files().end() && known->digest == record.sha256;
  return record;
}

// Checks the settings and returns them.
const json& checked_settings(const json& settings, const RunRecord& run, const std::string& where) {
  const Fields fields(settings, where, "settings.");
  fields.require("units", is_list_of<is_size>, "a list of whole numbers above 0");
  fields.require("metrics", is_list_of<is_metric>, "a list of names");
  fields.require("kernel_regularizer", is_object_or_null, "null or an object");
  fields.number("dropout", 0, 1);
  fields.number("validation_split", 0, 1);
  if (fields.has("smoothing")) fields.number("smoothing", 0, 1);
  if (fields.has("patience")) fields.whole("patience", 0, 1000000);
  fields.truth("all_training_rows");
  const auto agree = [&](const char* name, const json& setting, const json& field) {
    if (setting == field) return;
    throw Error(fmt::format("{}: {}: found {}, expected {} as in its settings", where, name,
                            printable(json_text(field)), printable(json_text(setting))));
  };
  agree("optimizer", fields.text("optimizer"), run.optimizer);
  agree("loss", fields.text("loss"), run.loss);
  agree("activation", fields.text("activation"), run.activation);
  agree("epochs", fields.whole("epochs", 0, 1000000), run.epochs);
  agree("batch_size", fields.whole("batch_size", 1, 1000000), run.batch_size);
  return settings;
}

// Whether the curves of a fit are the loss and the metrics, with or without those of validation.
bool has_all_curves(const History& fit, const json& metrics) {
  std::set<std::string> training{"loss"}, all;
  for (const json& metric : metrics) {
    training.insert(metric.is_string() ? metric.get<std::string>()
                                       : metric["name"].get<std::string>());
  }
  for (const std::string& name : training) {
    all.insert(name);
    all.insert("val_" + name);
  }
  std::set<std::string> found;
  for (const auto& [name, curve] : fit) found.insert(name);
  return found == training || found == all;
}

// Returns what of a run is missing, or "".
std::string missing_part(const RunRecord& run) {
  const std::size_t fits = run.history.size(), epochs = static_cast<std::size_t>(run.epochs);
  const json& metrics = run.settings->at("metrics");
  const std::size_t numbers = 1 + metrics.size();  // loss and metrics
  if ((epochs == 0) != (fits == 0)) {
    return fmt::format("history: found {} fits of {} epochs", fits, epochs);
  }
  const bool may_stop_early = run.settings->contains("patience");
  for (const History& fit : run.history) {
    for (const auto& [name, curve] : fit) {
      const std::size_t of_loss = fit.begin()->second.size();
      if (curve.size() == epochs) continue;
      if (may_stop_early && curve.size() < epochs && curve.size() == of_loss) continue;
      return fmt::format("{}: found {} epochs, expected {}", printable(name), curve.size(), epochs);
    }
    if (!has_all_curves(fit, metrics) || fit.size() != run.history.front().size()) {
      std::string names;
      for (const auto& [name, curve] : fit) names += (names.empty() ? "" : ", ") + name;
      return fmt::format(
          "history: found the curves {}, expected the loss and the metrics in every "
          "fit",
          printable(names));
    }
  }
  for (const auto& values : run.evaluate) {
    if (values.size() == numbers) continue;
    return fmt::format("evaluate: found {} numbers, expected {}", values.size(), numbers);
  }
  const auto other_size = [](const char* name, std::size_t found, std::size_t expected) {
    return fmt::format("{}: found {}, expected {}", name, found, expected);
  };
  for (const auto& [name, size] : {std::pair("initial_kernels", run.initial_kernels.size()),
                                   std::pair("final_sums", run.final_sums.size()),
                                   std::pair("weights_crc32", run.weights_crc32.size())}) {
    if (size != fits) return other_size(name, size, fits);
  }
  return "";
}

}  // namespace

RunResults run_results_from(const json& object, const std::string& where) {
  const Fields fields(object, where);
  RunResults results;
  for (const json& fit : fields.list_or_empty("initial_kernels", is_list_of<is_list_of<is_kernel>>,
                                              "a list of kernels")) {
    auto& kernels = results.initial_kernels.emplace_back();
    for (const json& kernel : fit) kernels.push_back({kernel["shape"], kernel["crc32"]});
  }
  results.permutations =
      fields.list_or_empty("permutations", is_list_of<is_crc32>, "a list of checksums");
  for (const json& fit :
       fields.list_or_empty("history", is_list_of<is_fit>, "a list of curves with a loss")) {
    History& history = results.history.emplace_back();
    for (const auto& [name, curve] : fit.items()) history[name] = numbers(curve);
  }
  for (const json& values :
       fields.list_or_empty("evaluate", is_list_of<is_numbers>, "a list of numbers")) {
    results.evaluate.push_back(numbers(values));
  }
  if (fields.has("results")) {
    const json& named = fields.require("results", is_numbers_by_name, "an object of numbers");
    for (const auto& [name, value] : named.items()) results.results[name] = number(value);
  }
  if (fields.has("predict_head")) {
    results.predict_head = numbers(fields.require("predict_head", is_numbers, "a list of numbers"));
  }
  for (const json& fit :
       fields.list_or_empty("final_sums", is_list_of<is_list_of<is_sums>>, "a list of sums")) {
    auto& sums = results.final_sums.emplace_back();
    for (const json& sum : fit) sums.push_back({number(sum["sum_abs"]), number(sum["sum_sq"])});
  }
  results.weights_crc32 =
      fields.list_or_empty("weights_crc32", is_list_of<is_crc32>, "a list of checksums");
  return results;
}

RunRecord run_record_from(const json& object, const std::string& where) {
  const Fields fields(object, where);
  RunRecord run;
  run.experiment = fields.text("experiment");
  run.edition = static_cast<int>(fields.whole("edition", 1, 3));
  run.seed = static_cast<std::uint32_t>(fields.whole("seed", 0, 4294967295));
  run.semantics = fields.text("semantics");
  run.optimizer = fields.text("optimizer");
  run.loss = fields.text("loss");
  run.activation = fields.text("activation");
  run.epochs = static_cast<int>(fields.whole("epochs", 0, 1000000));
  run.batch_size = static_cast<std::size_t>(fields.whole("batch_size", 1, 1000000));
  run.dtype = fields.text("dtype");
  run.backend = fields.text("backend");
  for (const json& change :
       fields.list_or_empty("changed", is_list_of<is_text>, "a list of texts")) {
    run.changed.push_back(change);
  }
  if (fields.has("library")) run.library = fields.text("library");
  if (fields.has("arithmetic")) {
    run.arithmetic = static_cast<int>(fields.whole("arithmetic", 0, 1000000));
  }
  run.threads = static_cast<int>(fields.whole("threads", 1, 1024));
  if (fields.has("reorders")) {
    run.reorders = static_cast<std::uint64_t>(fields.whole("reorders", 0, std::int64_t{1} << 62));
  }
  run.data = data_from(Fields(fields.require("data", is_object, "an object"), where, "data."));
  run.settings = std::make_shared<json>(
      checked_settings(fields.require("settings", is_object, "an object"), run, where));
  for (const char* list :
       {"initial_kernels", "permutations", "history", "evaluate", "final_sums", "weights_crc32"}) {
    fields.require(list, is_list, "a list");
  }
  static_cast<RunResults&>(run) = run_results_from(object, where);
  if (fields.has("diverged_in_epoch") &&
      fields.whole("diverged_in_epoch", 1, 1000000) !=
          static_cast<std::int64_t>(diverged_in_epoch(run).value_or(0))) {
    throw Error(fmt::format("{}: diverged_in_epoch: found {}, expected what its losses say", where,
                            json_text(object["diverged_in_epoch"])));
  }
  if (const std::string missing = missing_part(run); !missing.empty()) {
    throw Error(fmt::format("{}: {}: the run is incomplete", where, missing));
  }
  static const json none = json::object();
  const json& times = fields.has("seconds") ? object["seconds"] : none;
  const Fields seconds(times, where, "seconds.");
  run.load_seconds = seconds.seconds("load");
  run.fit_seconds = seconds.seconds("fit");
  run.evaluate_seconds = seconds.seconds("evaluate");
  run.run_seconds = seconds.seconds("run");
  if (seconds.has("load_steps")) {
    const Fields steps(times["load_steps"], where, "seconds.load_steps.");
    run.load_steps = {steps.seconds("verify"), steps.seconds("read"), steps.seconds("arrange"),
                      steps.seconds("vectorize")};
  }
  return run;
}

}  // namespace reprise
