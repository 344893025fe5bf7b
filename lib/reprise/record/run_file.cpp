#include "reprise/record/run_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reprise/core/atomic_file.hpp"
#include "reprise/data/json.hpp"

namespace reprise {

using nlohmann::json;

namespace {

constexpr double kSecondsBetweenSyncs = 1;

}  // namespace

RunFile::RunFile(std::filesystem::path file, std::string program) : file_(std::move(file)) {
  const AtomicFile probe(file_);
  const json document = record_document(program, {});
  for (const char* name : {"schema", "program", "created", "environment"}) {
    head_ += fmt::format("{} \"{}\": {}", head_.empty() ? "{\n" : ",\n", name,
                         json_text(document[name]));
  }
}

RunFile::~RunFile() {
  if (unsynced_) sync_written(file_);
}

void RunFile::add(std::size_t position, const RunRecord& run) {
  runs_[position] = json_text(to_json(run));
}

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
  const bool sync = !since_synced_ || since_synced_->seconds() >= kSecondsBetweenSyncs;
  file.commit(sync ? Sync::yes : Sync::no);
  unsynced_ = !sync;
  if (sync) since_synced_.emplace();
  write_seconds_ += watch.seconds();
}

}  // namespace reprise
