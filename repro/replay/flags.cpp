#include "repro/replay/flags.hpp"

#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "cli/run_main.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::replay {

namespace {

constexpr const char* kExamples =
    "Of a flag given twice the last one counts.\n\n"
    "Examples:\n"
    "  replay 3.5-imdb                           the author's notebook of 2017, beside its log\n"
    "  replay 3.5-imdb 3.6-reuters --quiet       only the counts\n"
    "  replay 4.4-overfitting --cell overfit_l2 --variants\n"
    "  replay 3.5-imdb@2.2.2 --against log.json  somebody else's log\n"
    "  replay my.script --record replay.json     docs/replay_format.md describes scripts\n";

}  // namespace

Parsed parse_flags(int argc, char** argv) {
  Parsed parsed;
  Flags& flags = parsed.flags;
  CLI::App app(
      "Notebooks of Keras 2.0.8 to 2.2.4, replayed: their logs follow from load_data's seed",
      "replay");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.option_defaults()->group(cli::kResultGroup);
  app.add_option("SCRIPT", flags.scripts, "the ID of a script (--list) or the path of one")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  cli::add_data_flags(app, flags.data);
  app.option_defaults()->group(cli::kSpeedGroup);
  cli::add_number(app, "--threads", flags.threads, 1, 1024,
                  fmt::format("models trained at once, 1 to 1024 (default: {})", available_cpus()));
  app.option_defaults()->group(cli::kShownGroup);
  app.add_flag("--list", flags.list, "the scripts, and end");
  app.add_option("--against", flags.against,
                 "the log to compare with; its \"experiment\" names the fit (default: the logs "
                 "under results/book that the script names)")
      ->type_name("LOG.json");
  app.add_option("--cell", flags.cell, "this fit, whatever the log says")->type_name("NAME");
  app.add_flag("--variants", flags.variants,
               "beside the replay also other orders and types of sums, each reported");
  app.add_option("--record", flags.record,
                 "write all values as JSON (results/schema/replay-1.json)")
      ->type_name("FILE");
  app.add_flag("--quiet", flags.quiet, "only the counts, not the values");
  app.option_defaults()->group("Help");
  app.set_help_flag("--help,-h", "this page, and end");
  app.set_version_flag("--version", "replay " + version_line(), "version and commit, and end");
  app.footer(fmt::format("{}\n{}", kExamples, cli::kExitCodes));
  parsed.finished = !cli::parse_command_line(app, argc, argv);
  if (parsed.finished || flags.list) return parsed;
  if (flags.scripts.empty()) {
    throw Error("SCRIPT: found none, expected an ID of --list or the path of a script");
  }
  if (flags.scripts.size() > 1 && (flags.against || flags.cell)) {
    throw Error(fmt::format("{}: found {} scripts beside it, expected one",
                            flags.against ? "--against" : "--cell", flags.scripts.size()));
  }
  cli::require_compatible_data_flags(flags.data);
  if (flags.data.standin && flags.against) {
    throw Error("--standin: found --against beside it, expected one of the two");
  }
  return parsed;
}

}  // namespace reprise::replay
