#include "repro/program/runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "reprise/core/named.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/nn/divergence.hpp"
#include "reprise/record/progress.hpp"
#include "reprise/record/recorder.hpp"
#include "repro/editions.hpp"
#include "repro/provenance.hpp"

namespace reprise::book {

RunRecord blank_record(const Task& task, const DataRecord& data) {
  const auto& [section, experiment, edition, settings, process] = task;
  RunRecord record;
  record.experiment = experiment->id;
  record.edition = edition;
  record.seed = process.seed;
  record.semantics = process.semantics.name;
  record.optimizer = name_of(settings.optimizer);
  record.loss = name_of(settings.loss);
  record.activation = name_of(settings.activation);
  record.epochs = settings.epochs;
  record.batch_size = settings.batch_size;
  record.settings = words_of(settings);
  record.dtype = name_of(process.floatx);
  record.backend = process.backend;
  record.arithmetic = kArithmetic;
  record.threads = process.threads;
  record.data = data;
  return record;
}

namespace {

// The two lines over a run.
std::string heading(const Task& task, bool standin) {
  const RunRecord r = blank_record(task);
  std::string text =
      fmt::format("\n{}{}, section {}: {}\n", standin ? "STAND-IN: " : "", r.experiment,
                  task.section->book(task.edition), task.experiment->about);
  const auto changes = changes_in(task.edition, *task.experiment);
  if (!changes.empty()) {
    text += fmt::format("edition {}: {}\n", task.edition, fmt::join(changes, "; "));
  }
  if (r.epochs > 0) {
    text += fmt::format("{} epochs of batch {}, {}, {}, hidden layers {}, ", r.epochs, r.batch_size,
                        r.optimizer, r.loss, model_line(task.settings));
  }
  return text + fmt::format("seed {}, {}, {} on {} ({} thread{})", r.seed, r.semantics, r.dtype,
                            r.backend, r.threads, r.threads == 1 ? "" : "s");
}

// What loading was spent on, where this run did it: " (verify .02, ...)".
std::string steps_of(const RunRecord& record) {
  if (!record.load_steps) return "";
  const auto& [verify, read, arrange, vectorize] = *record.load_steps;
  return fmt::format(" (verify {:.2f}, read {:.2f}, arrange {:.2f}, vectorize {:.2f})", verify,
                     read, arrange, vectorize);
}

}  // namespace

RunRecord run_task(const Task& task, DatasetCache& datasets, const Output& output) {
  const Stopwatch watch;
  Runtime process(task.process);
  RunRecord record = blank_record(task);
  Recorder recorder(record);
  process.watch(recorder);
  std::unique_ptr<Progress> progress;
  if (output.text != nullptr) {
    progress = std::make_unique<Progress>(*output.text, output.terminal);
    process.watch(*progress);
  }
  Run run(process, datasets, output, record);
  if (!run.quiet()) *output.text << heading(task, datasets.standin()) << '\n';
  task.experiment->listing(run, task.settings);
  record.run_seconds = watch.seconds();
  run.print(fmt::format("load {:.2f} s{}, fit {:.2f} s, evaluate {:.2f} s; weights {}",
                        record.load_seconds, steps_of(record), record.fit_seconds,
                        record.evaluate_seconds,
                        record.weights_crc32.empty() ? "-" : record.weights_crc32.back()));
  return record;
}

std::string describe_divergence(const Task& task, DatasetCache& datasets) {
  const auto id = task.experiment->id;
  const auto seed = task.process.seed;
  if (task.settings.units.empty() || !std::holds_alternative<Relu>(task.settings.activation)) {
    return fmt::format("{} seed {}: no hidden layer has a ReLU that could part", id, seed);
  }
  RuntimeOptions options = task.process;
  options.backend = "reference";
  options.threads = 1;
  Runtime process(options);
  FirstDivergence finder(process);
  process.watch(finder);
  RunRecord unused;
  Run run(process, datasets, {}, unused);
  task.experiment->listing(run, task.settings);
  if (!finder.divergence()) {
    return fmt::format("{} seed {}: no ReLU input crosses 0 when sums run the other way", id, seed);
  }
  const Divergence& p = *finder.divergence();
  return fmt::format(
      "{} seed {}: epoch {}, step {}, layer {}, unit {}, sample {}: the ReLU input "
      "is {:.3e} with ascending sums, {:.3e} with descending ones",
      id, seed, p.epoch, p.step, p.layer, p.unit, p.sample, p.input, p.other_input);
}

}  // namespace reprise::book
