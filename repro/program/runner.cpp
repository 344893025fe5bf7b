#include "repro/program/runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "reprise/core/named.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/nn/divergence.hpp"
#include "reprise/nn/optimizer_text.hpp"
#include "reprise/record/progress.hpp"
#include "reprise/record/recorder.hpp"
#include "repro/editions.hpp"
#include "repro/provenance.hpp"
#include "repro/references/quantities.hpp"

namespace reprise::book {

RunRecord blank_record(const Task& task, const DataRecord& data) {
  const auto& [section, experiment, edition, settings, runtime] = task;
  RunRecord record;
  record.experiment = experiment->id;
  record.edition = edition;
  record.seed = runtime.seed;
  record.semantics = runtime.semantics.name;
  record.optimizer = to_text(settings.optimizer);
  record.loss = name_of(settings.loss);
  record.activation = name_of(settings.activation);
  record.epochs = settings.epochs;
  record.batch_size = settings.batch_size;
  record.settings = std::make_shared<nlohmann::json>(to_json(settings));
  record.changed =
      differing_settings(*record.settings, to_json(edition_has(edition, *experiment)
                                                       ? settings_in(edition, *experiment)
                                                       : experiment->settings));
  record.dtype = name_of(runtime.floatx);
  record.backend = runtime.backend;
  record.library = library_of(find_backend(runtime.backend), runtime.isa);
  record.arithmetic = kArithmetic;
  record.threads = runtime.threads;
  record.data = data;
  return record;
}

namespace {

// The lines above a run.
std::string heading(const Task& task, bool standin) {
  const RunRecord r = blank_record(task);
  std::string text =
      fmt::format("\n{}{}, section {}: {}\n", standin ? "STAND-IN: " : "", r.experiment,
                  task.section->book(task.edition), task.experiment->about);
  const auto changes = changes_in(task.edition, *task.experiment);
  if (!changes.empty()) {
    text += fmt::format("edition {}: {}\n", task.edition, fmt::join(changes, "; "));
  }
  if (!r.changed.empty()) {
    text += fmt::format("not as in the book: {}\n", fmt::join(r.changed, "; "));
  }
  if (r.epochs > 0) {
    text += fmt::format("{} epochs, batch size {}, {}, {}, hidden layers {}, ", r.epochs,
                        r.batch_size, r.optimizer, r.loss, model_line(task.settings));
  }
  return text + fmt::format("seed {}, {}, {} on {} ({} thread{})", r.seed, r.semantics, r.dtype,
                            r.backend, r.threads, r.threads == 1 ? "" : "s");
}

// The times of the steps of loading, if this run loaded the data: " (verify 0.02, ...)".
std::string load_times(const RunRecord& record) {
  if (!record.load_steps) return "";
  const auto& [verify, read, arrange, vectorize] = *record.load_steps;
  return fmt::format(" (verify {:.2f}, read {:.2f}, arrange {:.2f}, vectorize {:.2f})", verify,
                     read, arrange, vectorize);
}

}  // namespace

RunRecord run_task(const Task& task, DatasetCache& datasets, const Output& output) {
  const Stopwatch watch;
  Runtime runtime(task.runtime);
  RunRecord record = blank_record(task);
  Recorder recorder(record);
  runtime.watch(recorder);
  std::unique_ptr<Progress> progress;
  if (output.text != nullptr) {
    progress = std::make_unique<Progress>(*output.text, output.terminal);
    runtime.watch(*progress);
  }
  Run run(runtime, datasets, output, record);
  if (!run.quiet())
    *output.text << heading(task, datasets.standin() && !task.section->data.empty()) << '\n';
  task.experiment->listing.run(run, task.settings);
  record.run_seconds = watch.seconds();
  if (const std::string sentence = divergence_sentence(record); !sentence.empty()) {
    run.print(record.experiment + " " + sentence);
  }
  run.print(fmt::format("load {:.2f} s{}, fit {:.2f} s, evaluate {:.2f} s; weights {}",
                        record.load_seconds, load_times(record), record.fit_seconds,
                        record.evaluate_seconds,
                        record.weights_crc32.empty() ? "-" : record.weights_crc32.back()));
  return record;
}

std::string describe_divergence(const Task& task, DatasetCache& datasets) {
  const auto id = task.experiment->id;
  const auto seed = task.runtime.seed;
  if (task.experiment->listing.by_hand) {
    return fmt::format("{} seed {}: not examined, because this network is written by hand", id,
                       seed);
  }
  if (task.settings.units.empty() || !std::holds_alternative<Relu>(task.settings.activation)) {
    return fmt::format("{} seed {}: there is no hidden layer with ReLU", id, seed);
  }
  RuntimeOptions options = task.runtime;
  options.backend = "reference";
  options.threads = 1;
  Runtime runtime(options);
  FirstDivergence finder(runtime);
  runtime.watch(finder);
  RunRecord unused;
  Run run(runtime, datasets, {}, unused);
  task.experiment->listing.run(run, task.settings);
  if (!finder.divergence()) {
    return fmt::format(
        "{} seed {}: no ReLU input changes its sign when sums are in the opposite order", id, seed);
  }
  const Divergence& d = *finder.divergence();
  return fmt::format(
      "{} seed {}: first divergence in epoch {}, step {}, layer {}, unit {}, sample {}: the "
      "ReLU input is {:.3e} when sums are in ascending order, {:.3e} in descending order",
      id, seed, d.epoch, d.step, d.layer, d.unit, d.sample, d.input, d.other_input);
}

}  // namespace reprise::book
