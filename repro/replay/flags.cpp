#include "repro/replay/flags.hpp"

#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"

namespace reprise::replay {

namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  replay 3.5-imdb                           the author's notebook of 2017 beside its log\n"
    "  replay 3.5-imdb 3.6-reuters --quiet       only the numbers of equal values\n"
    "  replay 4.4-overfitting --cell overfit_l2 --variants\n"
    "  replay 3.5-imdb@2.2.2 --against log.json  a log of your own\n"
    "  replay my.script --record replay.json     docs/replay_format.md describes scripts\n";

}  // namespace

Parsed parse_flags(int argc, char** argv) {
  Parsed parsed;
  Flags& flags = parsed.flags;
  CLI::App app(
      "Replays notebooks run on Keras 2.0.8 to 2.2.4, whose logs follow from the seed of load_data",
      "replay");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.option_defaults()->group(cli::kResultGroup);
  cli::add_value(app, "SCRIPT", flags.scripts, "",
                 "session script: its ID (see --list) or its path");
  cli::add_data_flags(app, flags.data);
  app.option_defaults()->group(cli::kSpeedGroup);
  cli::add_number(
      app, "--threads", flags.threads, 1, 1024,
      fmt::format("models trained at the same time, 1 to 1024 (default: {})", default_threads()));
  app.option_defaults()->group(cli::kShownGroup);
  app.add_flag("--list", flags.list, "list the scripts that come with the program, and exit");
  cli::add_value(app, "--against", flags.against, "LOG.json",
                 "compare with this log, whose \"experiment\" names the fit (default: the logs in "
                 "results/book that the script names)");
  cli::add_value(app, "--cell", flags.cell, "NAME",
                 "replay only this fit; also overrides the \"experiment\" of --against");
  app.add_flag("--variants", flags.variants,
               "also replay with other orders and accumulator types of sums; reported, but without "
               "effect on the exit code");
  cli::add_value(app, "--record", flags.record, "FILE",
                 "write all values to FILE as JSON (results/schema/replay-1.json)");
  app.add_flag("--quiet", flags.quiet, "print only the numbers of equal values, not the values");
  parsed.finished = !cli::parse_command_line(app, kExamples, argc, argv);
  if (parsed.finished || flags.list) return parsed;
  if (flags.scripts.empty()) {
    throw Error("SCRIPT is missing: give an ID of --list or the path of a script");
  }
  if (flags.scripts.size() > 1 && (flags.against || flags.cell)) {
    throw Error(fmt::format("{}: found {} scripts, expected one",
                            flags.against ? "--against" : "--cell", flags.scripts.size()));
  }
  cli::require_compatible_data_flags(flags.data);
  if (flags.data.standin && flags.against) {
    throw Error("--standin and --against cannot be combined");
  }
  return parsed;
}

}  // namespace reprise::replay
