#include "reprise/record/run_record.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

#include "reprise/data/json.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/record/environment.hpp"
#include "reprise/record/process_times.hpp"

namespace reprise {

using nlohmann::json;

// The members whose keys are their names. The functions below add the others.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(KernelRecord, shape, crc32)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SumRecord, sum_abs, sum_sq)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LoadRecord, verify, read, arrange, vectorize)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DataRecord, file, sha256, standin, verified)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunRecord, experiment, edition, seed, semantics, optimizer, loss,
                                   activation, epochs, batch_size, dtype, backend, arithmetic,
                                   threads, initial_kernels, permutations, history, evaluate,
                                   results, final_sums, weights_crc32)

json to_json(const DataRecord& data) {
  json j = data;
  if (!data.note.empty()) j["note"] = data.note;
  return j;
}

json to_json(const RunRecord& run) {
  json j = run;
  j["settings"] = run.settings ? *run.settings : json::object();
  j["data"] = to_json(run.data);
  j["seconds"] = {{"load", run.load_seconds},
                  {"fit", run.fit_seconds},
                  {"evaluate", run.evaluate_seconds},
                  {"run", run.run_seconds}};
  if (run.load_steps) j["seconds"]["load_steps"] = *run.load_steps;
  if (!run.changed.empty()) j["changed"] = run.changed;
  if (!run.library.empty()) j["library"] = run.library;
  if (run.reorders) j["reorders"] = *run.reorders;
  if (run.predict_head) j["predict_head"] = *run.predict_head;
  if (const auto epoch = diverged_in_epoch(run)) j["diverged_in_epoch"] = *epoch;
  return j;
}

std::optional<std::size_t> diverged_in_epoch(const RunResults& results) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  std::optional<std::size_t> first;
  for (const History& fit : results.history) {
    for (const auto& [name, curve] : fit) {
      const auto found = std::ranges::find_if_not(curve, is_finite);
      if (found == curve.end()) continue;
      const auto epoch = static_cast<std::size_t>(found - curve.begin()) + 1;
      first = std::min(first.value_or(epoch), epoch);
    }
  }
  if (first) return first;
  const bool evaluated = std::ranges::all_of(
      results.evaluate, [&](const auto& values) { return std::ranges::all_of(values, is_finite); });
  return evaluated ? std::nullopt : std::optional(std::max<std::size_t>(results.epochs_done(), 1));
}

std::string key_of(const RunRecord& run) {
  json key{{"experiment", run.experiment},
           {"edition", run.edition},
           {"seed", run.seed},
           {"semantics", run.semantics},
           {"settings", run.settings ? *run.settings : json::object()},
           {"dtype", run.dtype},
           {"backend", run.backend},
           {"arithmetic", run.arithmetic},
           {"data", to_json(run.data)}};
  if (!run.library.empty()) key["library"] = run.library;
  // where bits depend on the number of threads, so does what a run goes on with
  if (is_backend_name(run.backend) && !find_backend(run.backend).same_bits_on_any_threads) {
    key["threads"] = run.threads;
  }
  return json_text(key);
}

namespace {

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char text[32];
  std::tm broken_down{};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &broken_down));
  return text;
}

}  // namespace

json record_document(const std::string& program, const std::vector<RunRecord>& runs) {
  json document{{"schema", "reprise/run/2"},
                {"program", program},
                {"created", utc_now()},
                {"environment", environment(runs.empty() ? "" : runs.front().isa)},
                {"peak_memory_bytes", peak_memory_bytes()},
                {"runs", json::array()}};
  for (const RunRecord& run : runs) document["runs"].push_back(to_json(run));
  return document;
}

}  // namespace reprise
