#include "reprise/record/run_record.hpp"

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "reprise/record/environment.hpp"
#include "reprise/record/process_times.hpp"

namespace reprise {

using nlohmann::json;

// found by argument-dependent lookup when lists of them become JSON
static void to_json(json& j, const KernelRecord& kernel) {
  j = {{"shape", kernel.shape}, {"crc32", kernel.crc32}};
}
static void to_json(json& j, const SumRecord& sums) {
  j = {{"sum_abs", sums.sum_abs}, {"sum_sq", sums.sum_sq}};
}

json to_json(const DataRecord& data) {
  json j{{"file", data.file},
         {"sha256", data.sha256},
         {"standin", data.standin},
         {"verified", data.verified}};
  if (!data.note.empty()) j["note"] = data.note;
  return j;
}

json to_json(const RunRecord& run) {
  json j{{"experiment", run.experiment},
         {"edition", run.edition},
         {"seed", run.seed},
         {"semantics", run.semantics},
         {"optimizer", run.optimizer},
         {"loss", run.loss},
         {"activation", run.activation},
         {"epochs", run.epochs},
         {"batch_size", run.batch_size},
         {"settings", run.settings ? *run.settings : json::object()},
         {"dtype", run.dtype},
         {"backend", run.backend},
         {"arithmetic", run.arithmetic},
         {"threads", run.threads},
         {"data", to_json(run.data)},
         {"initial_kernels", run.initial_kernels},
         {"permutations", run.permutations},
         {"history", run.history},
         {"evaluate", run.evaluate},
         {"results", run.results},
         {"final_sums", run.final_sums},
         {"weights_crc32", run.weights_crc32},
         {"seconds",
          {{"load", run.load_seconds},
           {"fit", run.fit_seconds},
           {"evaluate", run.evaluate_seconds},
           {"run", run.run_seconds}}}};
  if (run.load_steps) {
    j["seconds"]["load_steps"] = {{"verify", run.load_steps->verify},
                                  {"read", run.load_steps->read},
                                  {"arrange", run.load_steps->arrange},
                                  {"vectorize", run.load_steps->vectorize}};
  }
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
