#include "repro/program/flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/nn/optimizer_text.hpp"
#include "reprise/nn/training.hpp"
#include "repro/editions.hpp"
#include "repro/program/own_values.hpp"

namespace reprise::book {

namespace {

std::vector<std::string> experiment_ids(const Section& section) {
  std::vector<std::string> ids{"all"};
  for (const Experiment& experiment : section.experiments) ids.emplace_back(experiment.id);
  return ids;
}

void add_result_flags(CLI::App& app, const Section& section, Flags& flags) {
  app.option_defaults()->group(cli::kResultGroup);
  cli::add_value(app, "--experiment", flags.experiments, "ID",
                 fmt::format("run this experiment; may be repeated; all: every experiment of "
                             "--list (default: {})",
                             fmt::join(section.flow, ", then ")))
      ->check(cli::one_of(experiment_ids(section)));
  cli::add_number(
      app, "--seed", flags.seed, 0, 4294967295,
      "random seed of each run, as keras.utils.set_random_seed takes it: 0 to 4294967295 "
      "(default: 42)");
  cli::add_text(
      app, "--seeds",
      [&](const std::string& text) {
        const auto [first, last] = *cli::parse_seed_range(text);
        flags.seeds = {first, last};
      },
      "A..B", "run every seed from A to B, both included; runs are spread over the threads")
      ->check(cli::seed_range());
  cli::add_text(
      app, "--edition", [&](const std::string& number) { flags.edition = number.front() - '0'; },
      "N",
      "use the settings and semantics of this edition of the book: 1, 2 or 3 (default: the "
      "settings of the first edition with semantics keras-3.15)")
      ->check(cli::one_of({"1", "2", "3"}));
  cli::add_number(app, "--epochs", flags.epochs, 1, 1000000,
                  "number of epochs, 1 to 1000000 (default: the book's)");
  cli::add_number(app, "--batch-size", flags.batch_size, 1, 1000000,
                  "samples in a batch, 1 to 1000000 (default: the book's)");
  cli::add_parsed(
      app, "--optimizer", flags.optimizer, parse_optimizer, "NAME",
      fmt::format("train with this optimizer (default: the book's): {}; parameters that "
                  "differ from Keras's defaults follow as in Python: "
                  "'sgd(learning_rate=0.01, momentum=0.9, nesterov=True)'",
                  fmt::join(names<Optimizer>(), ", ")));
  cli::add_parsed(app, "--learning-rate", flags.learning_rate, parse_real, "X",
                  "learning rate of the optimizer (default: the book's)");
  cli::add_choice(app, "--loss", flags.loss, "train with this loss (default: the book's)");
  cli::add_choice(app, "--activation", flags.activation,
                  "activation of the hidden layers (default: the book's)");
  cli::add_parsed(
      app, "--units", flags.units, parse_units, "N,N",
      "units of the hidden layers, one number for each layer: 32,32; 0: no hidden layer "
      "(default: the book's)");
  cli::add_parsed(app, "--dropout", flags.dropout, parse_real, "P",
                  "a Dropout of this rate follows every hidden layer (default: the book's)");
  cli::add_parsed(app, "--l1", flags.l1, parse_real, "X",
                  "L1 penalty on the kernels of the hidden layers (default: the book's)");
  cli::add_parsed(app, "--l2", flags.l2, parse_real, "X",
                  "L2 penalty on the kernels of the hidden layers (default: the book's)");
  cli::add_parsed(
      app, "--validation-split", flags.validation_split, parse_split, "P",
      "validate on this fraction of the training set, its last samples, in place of the "
      "book's validation data");
  cli::add_number(app, "--patience", flags.patience, 0, 1000000,
                  "stop early: end after N epochs without a lower val_loss (EarlyStopping with "
                  "Keras's defaults)");
  cli::add_text(
      app, "--dtype",
      [&](const std::string& name) {
        flags.dtype = name == "float64" ? Dtype::float64 : Dtype::float32;
      },
      "NAME", "floating-point type of weights and data: float32 or float64 (default: float32)")
      ->check(cli::one_of({"float32", "float64"}));
  cli::add_text(
      app, "--semantics",
      [&](const std::string& name) {
        flags.semantics = *std::ranges::find(all_semantics(), name, &Semantics::name);
      },
      "NAME",
      fmt::format("use the formulas of this version of Keras: {} (default: {}, or the version of "
                  "--edition)",
                  fmt::join(cli::names_in(all_semantics()), ", "), all_semantics().front().name))
      ->check(cli::one_of(cli::names_in(all_semantics())));
  cli::add_data_flags(app, flags.data);
}

void add_speed_flags(CLI::App& app, Flags& flags) {
  app.option_defaults()->group(cli::kSpeedGroup);
  cli::add_value(app, "--backend", flags.backend, "NAME",
                 fmt::format("backend that computes the run: {} (default: {})",
                             fmt::join(backend_names(), ", "), backends().front().name))
      ->check([listed = cli::one_of(backend_names())](const std::string& name) {
        return is_backend_name(name) ? std::string() : listed(name);
      });
  cli::add_value(app, "--isa", flags.isa, "NAME",
                 fmt::format("instruction set of the kernels: {} (default: the best that this "
                             "processor has, {})",
                             fmt::join(cli::names_in(isas()), ", "), find_isa("").name))
      ->check(cli::one_of(cli::names_in(isas())));
  app.add_flag(
      "--no-fuse", flags.no_fuse,
      "let backend openmp compute one primitive at a time, as the other backends do: slower, "
      "bit-identical results");
  cli::add_number(
      app, "--threads", flags.threads, 1, 1024,
      fmt::format("number of threads, 1 to 1024 (default: what affinity mask, cgroup and OMP_* "
                  "variables allow, here {})",
                  default_threads()));
}

void add_shown_flags(CLI::App& app, const Section& section, Flags& flags) {
  app.option_defaults()->group(cli::kShownGroup);
  app.add_flag("--list", flags.list, "print the experiments of this section, and exit");
  if (section.show_sample != nullptr) {
    cli::add_number(
        app, fmt::format("--show-{}", section.sample), flags.sample, 0, 1000000000,
        fmt::format("show {} N of the training data as the book does, and exit", section.sample));
  }
  cli::add_value(app, "--record", flags.record, "FILE",
                 "write the runs to this JSON file (results/schema/run-2.json)");
  app.add_flag(
      "--resume", flags.resume,
      "continue the record of --record: keep its runs, which must have the same settings, data "
      "and arithmetic, and add the missing ones");
  cli::add_value(app, "--plot-dir", flags.plot_dir, "DIR",
                 "write the book's figures as SVG files to this directory");
  cli::add_value(app, "--check", flags.check, "DIR",
                 "check the runs against the reference runs of Keras and the published re-runs of "
                 "the book in this directory (results/); exit code 1 if a check fails");
  app.add_flag("--verbose", flags.verbose,
               "with --check, also print the largest differences and the tolerances");
  app.add_flag("--first-divergence,--parting", flags.divergence,
               "show where rounding first changes the sign of a ReLU's input: repeats each run on "
               "the reference backend with the sums in ascending and in descending order");
  app.add_flag("--quiet", flags.quiet, "print no progress, tables or plots");
}

std::string examples(const Section& section) {
  const auto last = section.flow.back();
  return fmt::format(
      "Examples:\n"
      "  {0}                                     the whole section, as in the book\n"
      "  {0} --experiment {1} --seed 7    one experiment with another seed\n"
      "  {0} --dtype float64 --check results     the strictest comparison with real Keras\n"
      "  {0} --standin --epochs 2                a trial run on generated data, without a "
      "download\n"
      "  {0} --seeds 0..99 --record runs.json    a hundred runs; --resume continues them\n"
      "  {0} --record run.json --plot-dir plots  writes a record and the figures\n",
      section.program, last);
}

}  // namespace

Parsed parse_flags(const Section& section, int argc, char** argv) {
  Parsed parsed;
  CLI::App app(fmt::format("{} {}", section.book(), section.title), std::string(section.program));
  // if a flag is given twice, the last one counts
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_result_flags(app, section, parsed.flags);
  add_speed_flags(app, parsed.flags);
  add_shown_flags(app, section, parsed.flags);
  parsed.finished = !cli::parse_command_line(app, examples(section), argc, argv);
  const Flags& flags = parsed.flags;
  cli::require_compatible_data_flags(flags.data);
  if (flags.seeds && (app.count("--seed") > 0 || flags.plot_dir || flags.divergence)) {
    throw Error(fmt::format("--seeds and {} cannot be combined", app.count("--seed") > 0 ? "--seed"
                                                                 : flags.plot_dir
                                                                     ? "--plot-dir"
                                                                     : "--first-divergence"));
  }
  // throws before any data are read
  if (flags.optimizer) {
    const Semantics semantics = flags.runtime_options().semantics;
    check(*flags.optimizer, semantics);
    resolve(semantics, *flags.optimizer);
  }
  if (flags.verbose && !flags.check) throw Error("--verbose needs --check DIR");
  if (flags.resume && !flags.record) throw Error("--resume needs --record FILE");
  return parsed;
}

std::vector<const Experiment*> Flags::chosen(const Section& section) const {
  std::vector<const Experiment*> all;
  const auto add = [&](const Experiment& experiment) {
    const bool named_before = std::ranges::find(all, &experiment) != all.end();
    if (!named_before && (!edition || edition_has(*edition, experiment)))
      all.push_back(&experiment);
  };
  if (experiments.empty()) {
    for (const auto id : section.flow) add(find_experiment(section, id));
  }
  for (const std::string& id : experiments) {
    if (id == "all") {
      for (const Experiment& experiment : section.experiments) add(experiment);
    } else {
      const Experiment* named = &find_experiment(section, id);
      // settings_of throws if the edition lacks it
      if (std::ranges::find(all, named) == all.end()) all.push_back(named);
    }
  }
  if (all.empty()) {
    throw Error(fmt::format("--edition: edition {} has no experiment of this section", *edition));
  }
  return all;
}

// Throws Error if a flag changes what a network that is written by hand does not have.
void Flags::require_meaning_for(const Experiment& experiment) const {
  const bool has_layers = !experiment.settings.units.empty();
  const auto refuse = [&](bool given, const char* flag) {
    if (!given) return;
    throw Error(
        fmt::format("{}: {} is written by hand, without Keras, and does not have it; expected {}",
                    flag, experiment.id,
                    has_layers ? "--units, --activation, --learning-rate, --epochs or --batch-size"
                               : "--learning-rate or --epochs"));
  };
  refuse(optimizer.has_value(), "--optimizer");
  refuse(loss.has_value(), "--loss");
  refuse(dropout.has_value(), "--dropout");
  refuse(l1.has_value(), "--l1");
  refuse(l2.has_value(), "--l2");
  refuse(validation_split.has_value(), "--validation-split");
  refuse(patience.has_value(), "--patience");
  if (has_layers) return;
  refuse(units.has_value(), "--units");
  refuse(activation.has_value(), "--activation");
  refuse(batch_size.has_value(), "--batch-size");
}

namespace {

// Refuses what this version of Keras refuses, before any data are read.
void require_accepted(const Settings& settings, const Semantics& semantics) {
  const auto naming = [](const char* flag, const auto& check) {
    try {
      check();
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", flag, error.what()));
    }
  };
  for (const Layer& layer : hidden_layers(settings)) {
    const bool is_dropout = std::holds_alternative<Dropout>(layer);
    naming(is_dropout ? "--dropout" : "--l1, --l2", [&] { check(layer, semantics); });
  }
  naming("--optimizer", [&] { check(resolve(semantics, settings.optimizer), semantics); });
}

}  // namespace

Settings Flags::settings_of(const Experiment& experiment) const {
  if (experiment.listing.by_hand) require_meaning_for(experiment);
  Settings settings = edition ? settings_in(*edition, experiment) : experiment.settings;
  if (epochs && settings.epochs > 0) settings.epochs = *epochs;
  if (batch_size) settings.batch_size = static_cast<std::size_t>(*batch_size);
  if (optimizer) settings.optimizer = *optimizer;
  if (loss) settings.loss = *loss;
  if (activation) settings.activation = *activation;
  if (settings.epochs == 0) return settings;  // nothing is trained
  if (learning_rate) set_learning_rate(settings.optimizer, *learning_rate);
  if (units) settings.units = *units;
  if (dropout) settings.dropout = *dropout;
  if (l1 && l2) {
    settings.kernel_regularizer = L1L2{*l1, *l2};
  } else if (l1) {
    settings.kernel_regularizer = L1{*l1};
  } else if (l2) {
    settings.kernel_regularizer = L2{*l2};
  }
  if (validation_split) settings.validation_split = *validation_split;
  settings.patience = patience;
  require_accepted(settings, semantics_in_use());
  return settings;
}

Semantics Flags::semantics_in_use() const {
  if (semantics) return *semantics;
  if (!edition) return RuntimeOptions{}.semantics;
  return find_semantics(editions()[static_cast<std::size_t>(*edition - 1)].semantics);
}

RuntimeOptions Flags::runtime_options() const {
  RuntimeOptions options;
  options.seed = static_cast<std::uint32_t>(seed);
  options.floatx = dtype;
  options.semantics = semantics_in_use();
  options.backend = backend.value_or(std::string(backends().front().name));
  options.isa = isa;
  options.fuse = !no_fuse;
  options.threads = seeds ? 1 : threads.value_or(0);
  if (options.threads == 0) {
    options.threads = usable_threads(usable_backend(options.backend), available_threads());
  }
  return options;
}

int Flags::available_threads() const { return threads.value_or(default_threads()); }

}  // namespace reprise::book
