#include "reprise/record/run_record.hpp"

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

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
  if (run.reorders) j["reorders"] = *run.reorders;
  if (run.predict_head) j["predict_head"] = *run.predict_head;
  return j;
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
