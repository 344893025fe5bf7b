#include "tools/reprise/compare_flags.hpp"

#include <fmt/format.h>

#include "bench/compare/duration.hpp"
#include "cli/flag_types.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::compare;
using Flags = CompareFlags;

std::vector<std::string> parse_list(const std::string& text, const std::string&) {
  return cli::split_list(text);
}

void add_measuring_flags(CLI::App& command, Flags& flags) {
  command.option_defaults()->group("What is measured");
  command.add_flag("--command", flags.command,
                   "treat A, B, ... as shell commands and time each one as a whole");
  cli::add_parsed(command, "--backend", flags.backends, parse_list, "LIST",
                  "compare these backends with a single program of Reprise: openmp,onednn");
  cli::add_parsed(command, "--threads", flags.threads, parse_list, "LIST",
                  "compare these numbers of threads with a single program of Reprise: 1,2");
  cli::add_value(command, "--filter", flags.filter, "REGEX",
                 "compare only benchmarks that match (--benchmark_filter; '-' before the "
                 "expression inverts it)");
  cli::add_value(
      command, "--group", flags.groups, "REGEX",
      "compare groups of benchmarks of a single program, two --group or more: those whose "
      "names differ only in what the expressions match are compared")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  cli::add_value(command, "--with", flags.with, "FLAG",
                 "add this flag to the command of every program, repeatable: --with=--data=real")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  cli::add_value(command, "--clock", flags.clock, "NAME",
                 "clock whose times are compared: real_time, cpu_time (default: real_time)")
      ->check(cli::one_of({"real_time", "cpu_time"}));
  cli::add_parsed(command, "--min-time", flags.min_time, parse_duration, "TIME",
                  "measuring time of each benchmark in each process, divided among its repetitions "
                  "(default: 20ms)");
  cli::add_number(command, "--repetitions", flags.repetitions, 1, 1000,
                  "repetitions of each benchmark in each process, of which the shortest counts "
                  "(default: 10)");
}

void add_judging_flags(CLI::App& command, Flags& flags) {
  command.option_defaults()->group("How long to measure, and what counts as different");
  cli::add_number(command, "--rounds", flags.rounds, 1, 10000,
                  fmt::format("maximum number of rounds (default: {})", kDefaultRounds));
  command.add_flag(
      "--all-rounds", flags.all_rounds,
      "run all rounds and judge once, at the end, even if every benchmark could be decided "
      "earlier");
  command.add_flag("--drop-decided", flags.drop_decided,
                   "leave a benchmark out of the later rounds once it is decided");
  cli::add_value(
      command, "--test", flags.test, "NAME",
      "test of each contender against A: sign, blocked_rank (uses both runs of A, and so "
      "decides with fewer rounds; default: sign)")
      ->check(cli::one_of({"sign", "blocked_rank"}));
  cli::add_parsed(
      command, "--time-budget", flags.budget, parse_duration, "TIME",
      "maximum duration of the whole comparison, such as 60s or 3m; a short one leaves fewer "
      "rounds, then less measuring time (default: as long as the rounds take)");
  cli::add_parsed(
      command, "--timeout", flags.timeout, parse_duration, "TIME",
      "kill a process that runs longer than this and end the comparison (default: 60s)");
  cli::add_parsed(command, "--margin", flags.margin, parse_fraction, "FRACTION",
                  "largest change of a time that counts as unchanged (default: 5%)");
  cli::add_parsed(
      command, "--level", flags.level, parse_fraction, "FRACTION",
      "significance level: chance of calling any unchanged benchmark different (default: "
      "5%)");
  cli::add_parsed(
      command, "--drift", flags.drift, parse_fraction, "FRACTION",
      "for result files: how much the machine may have changed between them; widens the "
      "intervals (default: 30%)");
}

}  // namespace

void add_compare_flags(CLI::App& command, CompareFlags& flags) {
  add_measuring_flags(command, flags);
  add_judging_flags(command, flags);
  command.option_defaults()->group("What is shown and kept");
  cli::add_value(command, "--state", flags.state, "FILE",
                 "write the rounds to this file as they are measured, for --resume");
  command.add_flag("--resume", flags.resume,
                   "continue the interrupted comparison whose rounds are in the --state file");
  cli::add_value(command, "--json", flags.json, "FILE",
                 "write all results, including every round, to this file as JSON");
  cli::add_value(command, "--markdown", flags.markdown, "FILE",
                 "write the report to this file as Markdown");
  command.add_flag("--quiet", flags.quiet, "show no progress on standard error");
}

}  // namespace reprise::tool
