#include "repro/replay/report.hpp"

#include "reprise/core/atomic_file.hpp"
#include "reprise/data/json.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise::replay {

namespace {

using nlohmann::json;

json count_json(const Count& count) { return {{"equal", count.equal}, {"of", count.of}}; }

json evaluations_of(const Comparison& comparison) {
  json all = json::array();
  for (const FitResult& fit_result : comparison.fits) {
    for (const Scores& scores : fit_result.evaluate) all.push_back({scores.loss, scores.metric});
  }
  return all;
}

json printed_json(const ComparedValue& value) {
  return {{"where", value.where},
          {"printed", *value.printed.value},
          {"replayed", value.replayed},
          {"difference", value.difference()},
          {"equal", value.equal}};
}

json comparison_json(const Comparison& comparison) {
  json cell{{"name", comparison.name}, {"arithmetic", comparison.arithmetic}};
  cell["history"] = json::array();
  double seconds = 0;
  for (const FitResult& fit_result : comparison.fits) {
    cell["history"].push_back(fit_result.history);
    seconds += fit_result.seconds;
  }
  cell["evaluate"] = evaluations_of(comparison);
  for (const BaselineResult& baseline : comparison.baselines) {
    cell["baseline"] = {{"same", baseline.same}, {"of", baseline.of}};
  }
  cell["seconds"] = seconds;
  if (comparison.log == nullptr) return cell;
  cell["log"] = comparison.log->source;
  cell["epochs"] = count_json(comparison.epochs());
  cell["evaluations"] = count_json(comparison.evaluations());
  cell["finals"] = json::array();
  for (const ComparedValue& value : comparison.finals)
    cell["finals"].push_back(printed_json(value));
  if (const ComparedValue* first = comparison.first_difference()) {
    cell["first_difference"] = printed_json(*first);
  }
  return cell;
}

}  // namespace

void write_record(const std::filesystem::path& file, const std::vector<Replayed>& replays) {
  json document = record_document("replay", {});
  document.erase("runs");
  document["schema"] = "reprise/replay/1";
  document["replays"] = json::array();
  for (const Replayed& replayed : replays) {
    json entry{{"script", replayed.script.id},
               {"title", replayed.script.title},
               {"keras", replayed.script.keras.text()},
               {"gpu_threads", replayed.script.gpu_threads},
               {"seconds", replayed.seconds}};
    entry["data"] = json::array();
    for (const DataRecord& data : replayed.data) entry["data"].push_back(to_json(data));
    entry["cells"] = json::array();
    for (const Comparison& comparison : replayed.comparisons) {
      entry["cells"].push_back(comparison_json(comparison));
    }
    document["replays"].push_back(entry);
  }
  write_file(file, [&](std::ostream& out) { out << json_text(document, 1) << '\n'; });
}

}  // namespace reprise::replay
