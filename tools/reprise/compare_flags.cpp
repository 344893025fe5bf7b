#include "tools/reprise/compare_flags.hpp"

#include <fmt/format.h>

#include "cli/flag_types.hpp"
#include "tools/reprise/duration_flag.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::compare;
using Flags = CompareFlags;

void add_measuring_flags(CLI::App& command, Flags& flags) {
  command.option_defaults()->group("What is measured");
  command.add_flag("--command", flags.command,
                   "A, B, ... are shell commands, each timed as a whole");
  command
      .add_option_function<std::string>(
          "--backend",
          [&flags](const std::string& text) { flags.backends = cli::split_list(text); },
          "configurations of one program of ours: these backends")
      ->type_name("LIST");
  command
      .add_option_function<std::string>(
          "--threads", [&flags](const std::string& text) { flags.threads = cli::split_list(text); },
          "and these numbers of threads")
      ->type_name("LIST");
  command.add_option("--filter", flags.filter, "--benchmark_filter of each program")
      ->type_name("REGEX");
  command
      .add_option("--with", flags.with,
                  "a flag that each program gets, repeatable: --with=--data=real")
      ->type_name("FLAG")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--clock", flags.clock, "real_time, cpu_time (default: real_time)")
      ->check(cli::one_of({"real_time", "cpu_time"}))
      ->type_name("NAME");
  add_duration(command, "--min-time", flags.min_time,
               "of each row in each process, shared by its repetitions (default: 20ms)");
  cli::add_number(command, "--repetitions", flags.repetitions, 1, 1000,
                  "of each row in each process: the shortest counts (default: 10)");
}

void add_judging_flags(CLI::App& command, Flags& flags) {
  command.option_defaults()->group("How long, and what counts");
  command
      .add_option("--rounds", flags.rounds, fmt::format("at most (default: {})", kDefaultRounds))
      ->check(cli::whole_number(1, 10000))
      ->type_name("N");
  command.add_flag("--all-rounds", flags.all_rounds,
                   "also where every row is decided before: one look, at the end");
  add_duration(command, "--time-budget", flags.budget,
               "for everything: 60s, 3m (default: what the rounds take)");
  add_duration(command, "--timeout", flags.timeout, "after which a process hangs (default: 60s)");
  for (const auto& [flag, place, about] :
       {std::tuple("--margin", &Flags::margin, "changes within it are none (default: 5%)"),
        std::tuple("--level", &Flags::level, "of a wrong call in any row (default: 5%)"),
        std::tuple(
            "--drift", &Flags::drift,
            "of result files: what the machine may have done between them (default: 30%)")}) {
    command
        .add_option_function<std::string>(
            flag,
            [&flags, flag = flag, place = place](const std::string& text) {
              flags.*place = parse_fraction(text, flag);
            },
            about)
        ->type_name("SHARE");
  }
}

}  // namespace

void add_compare_flags(CLI::App& command, CompareFlags& flags) {
  add_measuring_flags(command, flags);
  add_judging_flags(command, flags);
  command.option_defaults()->group("What is shown and kept");
  command.add_option("--state", flags.state, "kept after each round, to be gone on with")
      ->type_name("FILE");
  command.add_flag("--resume", flags.resume, "go on with the rounds of --state");
  command.add_option("--json", flags.json, "everything, rounds included")->type_name("FILE");
  command.add_option("--markdown", flags.markdown, "the table as a page")->type_name("FILE");
  command.add_flag("--quiet", flags.quiet, "no progress");
}

}  // namespace reprise::tool
