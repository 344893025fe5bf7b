#include "flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>

#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::book {

namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 done; 1 the answer is no (--check failed); 2 wrong use or bad input; 3 "
    "something "
    "is missing (data, gnuplot, threads); 130 interrupted.";

// Checks before CLI11 converts, so that the message is ours.
CLI::Validator whole_number(std::int64_t low, std::int64_t high) {
  return CLI::Validator(
      [=](const std::string& text) -> std::string {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc{} && end == text.data() + text.size() && low <= value &&
            value <= high) {
          return {};
        }
        return fmt::format("found '{}', expected a whole number from {} to {}", printable(text),
                           low, high);
      },
      "");
}

CLI::Validator one_of(const std::vector<std::string>& names) {
  return CLI::Validator(
      [=](const std::string& text) -> std::string {
        if (std::ranges::find(names, text) != names.end()) return {};
        return fmt::format("found '{}', expected one of: {}", printable(text),
                           fmt::join(names, ", "));
      },
      "");
}

template <class Number>
CLI::Option* add_number(CLI::App& app, const std::string& flag, Number& number, std::int64_t low,
                        std::int64_t high, const std::string& about) {
  return app.add_option(flag, number, about)->check(whole_number(low, high))->type_name("N");
}

// A flag that picks an alternative of a variant by its name.
template <class Variant>
CLI::Option* add_choice(CLI::App& app, const std::string& flag, std::optional<Variant>& choice,
                        const std::string& about) {
  return app
      .add_option_function<std::string>(
          flag, [&choice](const std::string& name) { choice = by_name<Variant>(name); },
          fmt::format("{}: {}", about, fmt::join(names<Variant>(), ", ")))
      ->check(one_of(names<Variant>()))
      ->type_name("NAME");
}

std::vector<std::string> experiment_ids(const Section& section) {
  std::vector<std::string> ids;
  for (const Experiment& experiment : section.experiments) ids.emplace_back(experiment.id);
  return ids;
}

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (const BackendInfo& backend : backends()) names.emplace_back(backend.name);
  return names;
}

void add_flags(CLI::App& app, const Section& section, Flags& flags) {
  app.option_defaults()->group("What changes the result");
  app.add_option(
         "--experiment", flags.experiments,
         fmt::format("which to run, repeatable (default: {})", fmt::join(section.flow, ", then ")))
      ->check(one_of(experiment_ids(section)))
      ->type_name("ID");
  add_number(app, "--seed", flags.seed, 0, 4294967295,
             "of set_random_seed before each experiment, 0 to 4294967295 (default: 42)");
  add_number(app, "--epochs", flags.epochs, 1, 1000000, "instead of the book's");
  add_number(app, "--batch-size", flags.batch_size, 1, 1000000, "instead of the book's");
  add_choice(app, "--optimizer", flags.optimizer, "instead of the book's, with Keras's defaults");
  add_choice(app, "--loss", flags.loss, "instead of the book's");
  add_choice(app, "--activation", flags.activation, "of the hidden layers, instead of the book's");
  app.add_option_function<std::string>(
         "--dtype",
         [&](const std::string& name) {
           flags.dtype = name == "float64" ? Dtype::float64 : Dtype::float32;
         },
         "float32 (default) or float64, which means --backend reference")
      ->check(one_of({"float32", "float64"}))
      ->type_name("NAME");
  app.add_option("--data-dir", flags.data_dir,
                 "folder of the data files (default: $KERAS_HOME/datasets, ~/.keras/datasets)")
      ->type_name("DIR");

  app.option_defaults()->group("What changes only the speed");
  app.add_option("--backend", flags.backend,
                 fmt::format("who computes: {} (default: {})", fmt::join(backend_names(), ", "),
                             backends().front().name))
      ->check(one_of(backend_names()))
      ->type_name("NAME");
  add_number(app, "--threads", flags.threads, 1, 1024,
             fmt::format("1 to 1024 (default: what affinity mask and cgroup give, here {})",
                         available_cpus()));

  app.option_defaults()->group("What is shown and kept");
  app.add_flag("--list", flags.list, "the experiments of this section, and end");
  if (section.show_sample != nullptr) {
    add_number(
        app, fmt::format("--show-{}", section.sample), flags.sample, 0, 1000000000,
        fmt::format("show {} N of the training data as the book does, and end", section.sample));
  }
  app.add_option("--record", flags.record, "write the runs as JSON (results/schema/run-1.json)")
      ->type_name("FILE");
  app.add_option("--plot-dir", flags.plot_dir, "write the book's figures as SVG")->type_name("DIR");
  app.add_option("--check", flags.check,
                 "compare with the stored runs of Keras and the book in DIR (results/)")
      ->type_name("DIR");
  app.add_flag("--parting", flags.parting,
               "show the first ReLU input that another order of sums moves across 0");
  app.add_flag("--quiet", flags.quiet, "no progress, tables or pictures in the terminal");
}

}  // namespace

Parsed parse_flags(const Section& section, int argc, char** argv) {
  Parsed parsed;
  CLI::App app(fmt::format("{} {}", section.book, section.title), std::string(section.program));
  add_flags(app, section, parsed.flags);
  app.option_defaults()->group("Help");
  app.set_help_flag("--help,-h", "this page, and end");
  app.set_version_flag("--version", std::string(section.program) + " " + version_line());
  app.footer(kExitCodes);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    app.exit(success, std::cout, std::cerr);
    parsed.finished = true;
  } catch (const CLI::ParseError& error) {
    throw Error(printable(error.what()));
  }
  return parsed;
}

Settings Flags::applied_to(Settings settings) const {
  if (epochs) settings.epochs = *epochs;
  if (batch_size) settings.batch_size = static_cast<std::size_t>(*batch_size);
  if (optimizer) settings.optimizer = *optimizer;
  if (loss) settings.loss = *loss;
  if (activation) settings.activation = *activation;
  return settings;
}

ProcessOptions Flags::process_options() const {
  ProcessOptions options;
  options.seed = static_cast<std::uint32_t>(seed);
  options.floatx = dtype;
  options.backend = backend.value_or(
      dtype == Dtype::float64 ? "reference" : std::string(backends().front().name));
  options.threads = threads.value_or(find_backend(options.backend).threaded ? available_cpus() : 1);
  return options;
}

}  // namespace reprise::book
