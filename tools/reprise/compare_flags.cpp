#include "tools/reprise/compare_flags.hpp"

#include <fmt/format.h>

#include "cli/flag_types.hpp"
#include "tools/reprise/duration_flag.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::compare;
using Flags = CompareFlags;

void add_fraction(CLI::App& command, const std::string& flag, double& fraction,
                  const std::string& about) {
  command
      .add_option_function<std::string>(
          flag,
          [flag, &fraction](const std::string& text) { fraction = parse_fraction(text, flag); },
          about)
      ->type_name("FRACTION");
}

void add_list(CLI::App& command, const std::string& flag, std::vector<std::string>& list,
              const std::string& about) {
  command
      .add_option_function<std::string>(
          flag, [&list](const std::string& text) { list = cli::split_list(text); }, about)
      ->type_name("LIST");
}

void add_measuring_flags(CLI::App& command, Flags& flags) {
  command.option_defaults()->group("What is measured");
  command.add_flag("--command", flags.command,
                   "treat A, B, ... as shell commands and time each one as a whole");
  add_list(command, "--backend", flags.backends,
           "compare these backends with a single program of Reprise: openmp,onednn");
  add_list(command, "--threads", flags.threads,
           "compare these numbers of threads with a single program of Reprise: 1,2");
  command
      .add_option("--filter", flags.filter,
                  "compare only benchmarks that match (--benchmark_filter; '-' before the "
                  "expression inverts it)")
      ->type_name("REGEX");
  command
      .add_option("--with", flags.with,
                  "add this flag to the command of every program, repeatable: --with=--data=real")
      ->type_name("FLAG")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("--clock", flags.clock,
                  "clock whose times are compared: real_time, cpu_time (default: real_time)")
      ->check(cli::one_of({"real_time", "cpu_time"}))
      ->type_name("NAME");
  add_duration(command, "--min-time", flags.min_time,
               "measuring time of each benchmark in each process, divided among its repetitions "
               "(default: 20ms)");
  cli::add_number(command, "--repetitions", flags.repetitions, 1, 1000,
                  "repetitions of each benchmark in each process, of which the shortest counts "
                  "(default: 10)");
}

void add_judging_flags(CLI::App& command, Flags& flags) {
  command.option_defaults()->group("How long to measure, and what counts as different");
  command
      .add_option("--rounds", flags.rounds,
                  fmt::format("maximum number of rounds (default: {})", kDefaultRounds))
      ->check(cli::whole_number(1, 10000))
      ->type_name("N");
  command.add_flag("--all-rounds", flags.all_rounds,
                   "run all rounds, even if every benchmark is decided earlier");
  add_duration(command, "--time-budget", flags.budget,
               "maximum duration of the whole comparison, such as 60s or 3m (default: as long as "
               "the rounds take)");
  add_duration(command, "--timeout", flags.timeout,
               "kill a process that runs longer than this and end the comparison (default: 60s)");
  add_fraction(command, "--margin", flags.margin,
               "largest change of a time that counts as unchanged (default: 5%)");
  add_fraction(command, "--level", flags.level,
               "significance level: chance of calling any unchanged benchmark different (default: "
               "5%)");
  add_fraction(command, "--drift", flags.drift,
               "for result files: how much the machine may have changed between them; widens the "
               "intervals (default: 30%)");
}

}  // namespace

void add_compare_flags(CLI::App& command, CompareFlags& flags) {
  add_measuring_flags(command, flags);
  add_judging_flags(command, flags);
  command.option_defaults()->group("What is shown and kept");
  command
      .add_option("--state", flags.state,
                  "write the rounds to this file as they are measured, for --resume")
      ->type_name("FILE");
  command.add_flag("--resume", flags.resume,
                   "continue the interrupted comparison whose rounds are in the --state file");
  command
      .add_option("--json", flags.json,
                  "write all results, including every round, to this file as JSON")
      ->type_name("FILE");
  command.add_option("--markdown", flags.markdown, "write the report to this file as Markdown")
      ->type_name("FILE");
  command.add_flag("--quiet", flags.quiet, "show no progress on standard error");
}

}  // namespace reprise::tool
