#include "program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "catalogue.hpp"
#include "check.hpp"
#include "command_line.hpp"
#include "flags.hpp"
#include "origin.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/nn/parting.hpp"
#include "reprise/record/download_bar.hpp"
#include "reprise/record/environment.hpp"
#include "reprise/record/progress.hpp"
#include "reprise/record/recorder.hpp"
#include "run.hpp"

namespace reprise::book {

namespace {

RunRecord settings_record(const Experiment& experiment, const Settings& settings,
                          const ProcessOptions& process) {
  RunRecord record;
  record.experiment = experiment.id;
  record.seed = process.seed;
  record.semantics = process.semantics.name;
  record.optimizer = name_of(settings.optimizer);
  record.loss = name_of(settings.loss);
  record.activation = name_of(settings.activation);
  record.epochs = settings.epochs;
  record.batch_size = settings.batch_size;
  record.dtype = name_of(process.floatx);
  record.backend = process.backend;
  record.threads = process.threads;
  return record;
}

RunRecord run_experiment(const Section& section, const Experiment& experiment, const Flags& flags,
                         const DataCache& cache, const Output& output) {
  const Settings settings = flags.applied_to(experiment.settings);
  Process process(flags.process_options());
  RunRecord record = settings_record(experiment, settings, process.options());
  Recorder recorder(record);
  process.watch(recorder);
  std::unique_ptr<Progress> progress;
  if (output.words != nullptr) {
    progress = std::make_unique<Progress>(*output.words, output.terminal);
    process.watch(*progress);
  }
  Run run(process, cache, output, record);
  run.say(fmt::format(
      "\n{}{}, section {}: {}\n{} epochs of batch {}, {}, {}, hidden layers {}, seed "
      "{}, {} on {} ({} thread{})",
      flags.standin ? "STAND-IN: " : "", experiment.id, section.book, experiment.about,
      record.epochs, record.batch_size, record.optimizer, record.loss, record.activation,
      record.seed, record.dtype, record.backend, record.threads, record.threads == 1 ? "" : "s"));
  experiment.listing(run, settings);
  run.say(fmt::format("{}load {:.2f} s, fit {:.2f} s, evaluate {:.2f} s; weights {}",
                      mark_of(record.data), record.load_seconds, record.fit_seconds,
                      record.evaluate_seconds,
                      record.weights_crc32.empty() ? "-" : record.weights_crc32.back()));
  return record;
}

// --parting: the same run on the reference backend beside its twin.
std::string describe_parting(const Experiment& experiment, const Flags& flags,
                             const DataCache& cache) {
  const Settings settings = flags.applied_to(experiment.settings);
  if (!std::holds_alternative<Relu>(settings.activation)) {
    return fmt::format("{} seed {}: no hidden layer has a ReLU that could part", experiment.id,
                       flags.seed);
  }
  ProcessOptions options = flags.process_options();
  options.backend = "reference";
  options.threads = 1;
  Process process(options);
  PartingFinder finder(process);
  process.watch(finder);
  RunRecord unused;
  Run run(process, cache, {}, unused);
  experiment.listing(run, settings);
  if (!finder.parting()) {
    return fmt::format("{} seed {}: no ReLU input crosses 0 when sums run the other way",
                       experiment.id, flags.seed);
  }
  const Parting& p = *finder.parting();
  return fmt::format(
      "{} seed {}: epoch {}, step {}, layer {}, unit {}, sample {}: the ReLU input "
      "is {:.3e} with ascending sums, {:.3e} with descending ones",
      experiment.id, flags.seed, p.epoch, p.step, p.layer, p.unit, p.sample, p.input,
      p.other_input);
}

void print_list(const Section& section) {
  std::cout << fmt::format("{}, section {}: {}\n", section.program, section.book, section.title);
  for (const Experiment& e : section.experiments) {
    std::cout << fmt::format("  {:<14} {}; {}, {}, hidden layers {}, {} epochs of batch {}\n", e.id,
                             e.about, name_of(e.settings.optimizer), name_of(e.settings.loss),
                             name_of(e.settings.activation), e.settings.epochs,
                             e.settings.batch_size);
  }
}

std::vector<const Experiment*> chosen(const Section& section, const Flags& flags) {
  std::vector<const Experiment*> experiments;
  if (flags.experiments.empty()) {
    for (const auto id : section.flow) experiments.push_back(&find_experiment(section, id));
  }
  for (const auto& id : flags.experiments) experiments.push_back(&find_experiment(section, id));
  return experiments;
}

// The table and the verdicts; true if every check held.
bool check_runs(const std::vector<RunRecord>& runs,
                const std::vector<const Experiment*>& experiments,
                const std::filesystem::path& results, const Output& output) {
  bool held = true;
  std::string verdicts;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Verdict verdict = check_run(runs[i], *experiments[i], results);
    held = held && verdict.held;
    verdicts += fmt::format("{} {}: {}\n",
                            !verdict.held      ? "FAILED"
                            : verdict.compared ? "ok    "
                                               : "-     ",
                            runs[i].experiment, verdict.line);
  }
  if (output.words != nullptr) {
    *output.words << '\n';
    print_table(*output.words, runs, experiments, results);
    *output.words << '\n' << verdicts;
  } else if (!held) {
    std::cerr << verdicts;
  }
  return held;
}

ExitCode run_program(const Section& section, int argc, char** argv) {
  const auto [flags, finished] = parse_flags(section, argc, argv);
  if (finished) return ExitCode::done;
  if (flags.list) {
    print_list(section);
    return ExitCode::done;
  }
  Output output{flags.quiet ? nullptr : &std::cout, isatty(STDOUT_FILENO) == 1, flags.plot_dir};
  if (flags.standin) (flags.quiet ? std::cerr : std::cout) << kStandinNote << '\n';
  CacheOptions cache_options = flags.cache_options();
  DownloadBar bar(std::cout, output.terminal);
  if (!flags.quiet) cache_options.observer = [&](const auto& status) { bar.show(status); };
  const DataCache cache(cache_options);
  if (flags.sample) {
    Process process(flags.process_options());
    RunRecord unused;
    output.words = &std::cout;
    Run run(process, cache, output, unused);
    section.show_sample(run, static_cast<std::size_t>(*flags.sample));
    return ExitCode::done;
  }
  // what cannot be read or written is found out before anything is computed
  if (flags.check && !std::filesystem::is_directory(*flags.check / "keras")) {
    throw Error(fmt::format("--check: found no folder keras/ in '{}', expected the folder results/",
                            flags.check->string()));
  }
  std::unique_ptr<AtomicFile> record_file;
  if (flags.record) record_file = std::make_unique<AtomicFile>(*flags.record);
  if (flags.plot_dir) {
    if (!gnuplot_is_there()) {
      throw Error("--plot-dir: gnuplot not found, expected the package gnuplot-nox",
                  ExitCode::missing);
    }
    require_writable_folder(*flags.plot_dir);
  }

  const auto experiments = chosen(section, flags);
  std::vector<RunRecord> runs;
  for (const Experiment* experiment : experiments) {
    runs.push_back(run_experiment(section, *experiment, flags, cache, output));
    if (flags.parting)
      std::cout << mark_of(runs.back().data) << describe_parting(*experiment, flags, cache) << '\n';
  }
  if (record_file) {
    record_file->stream() << record_document(fmt::format("{} {}", section.program, version_line()),
                                             runs)
                                 .dump(1, ' ', false, nlohmann::json::error_handler_t::replace)
                          << '\n';
    record_file->commit();
  }
  if (flags.check && !check_runs(runs, experiments, *flags.check, output)) return ExitCode::no;
  return ExitCode::done;
}

}  // namespace

int section_main(std::string_view program, int argc, char** argv) {
  return run_main(program, [&] { return run_program(find_section(program), argc, argv); });
}

}  // namespace reprise::book
