#include "tools/reprise/gate_flags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/compare/duration.hpp"
#include "cli/flag_types.hpp"
#include "tools/reprise/state_flags.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::compare;

void add_subjects(CLI::App& command, GateFlags& flags) {
  cli::add_value(
      command, "BASE", flags.base, "",
      "a Google Benchmark program, in quotes with its flags; with --program a git ref, of "
      "which the merge base with HEAD is measured");
  cli::add_value(
      command, "HEAD", flags.head, "",
      "the program or git ref that must not be slower; '.' is the working tree as it is");
}

void add_build_flags(CLI::App& command, GateFlags& flags) {
  command.option_defaults()->group("What is built");
  cli::add_value(
      command, "--program", flags.build.program, "PROGRAM",
      "take BASE and HEAD as git refs, and measure this program of theirs: a path in the "
      "working tree, in quotes with its flags");
  cli::add_value(command, "--preset", flags.build.preset, "NAME",
                 "build it with this CMake preset");
  cli::add_value(command, "--build", flags.build.command, "COMMAND",
                 "build it with this shell command, in the top folder of the working tree");
  cli::add_parsed(command, "--build-timeout", flags.build_timeout, parse_duration, "TIME",
                  "give up a build that takes longer (default: 1h)");
  command.add_flag("--no-merge-base", flags.no_merge_base,
                   "measure BASE itself and not the merge base");
}

void add_measuring_flags(CLI::App& command, GateFlags& flags) {
  command.option_defaults()->group("What is measured");
  command.add_flag("--command", flags.command,
                   "treat BASE and HEAD as shell commands and time each one as a whole");
  cli::add_value(command, "--filter", flags.filter, "REGEX",
                 "measure only benchmarks that match (--benchmark_filter)");
  cli::add_value(command, "--with", flags.with, "FLAG",
                 "add this flag to the command of both programs, repeatable")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  cli::add_value(command, "--clock", flags.clock, "NAME",
                 "clock whose times are compared: real_time, cpu_time (default: real_time)")
      ->check(cli::one_of({"real_time", "cpu_time"}));
  cli::add_parsed(command, "--time-budget", flags.budget, parse_duration, "TIME",
                  "maximum duration of the measuring (default: 3m)");
  cli::add_parsed(command, "--min-time", flags.min_time, parse_duration, "TIME",
                  "measuring time of each benchmark in each process (default: 5ms, less if the "
                  "budget demands it)");
  cli::add_number(command, "--repetitions", flags.repetitions, 1, 1000,
                  "repetitions of each benchmark in each process, of which the shortest counts "
                  "(default: 10)");
  cli::add_parsed(command, "--timeout", flags.timeout, parse_duration, "TIME",
                  "kill a process that runs longer than this (default: 60s)");
}

void add_judging_flags(CLI::App& command, GateFlags& flags) {
  command.option_defaults()->group("What fails");
  cli::add_parsed(command, "--margin", flags.margin, parse_fraction, "FRACTION",
                  "largest slowdown that counts as none (default: 5%)");
  cli::add_parsed(command, "--level", flags.level, parse_fraction, "FRACTION",
                  "chance of failing a HEAD that is slower nowhere (default: 1%)");
  cli::add_value(command, "--bits", flags.bits, "NAME",
                 "what results with other bits do: warn, fail (default: warn)")
      ->check(cli::one_of({"warn", "fail"}));
  cli::add_value(command, "--missing", flags.missing, "NAME",
                 "what a benchmark does that HEAD lacks: fail, warn (then exit code 4; default: "
                 "fail)")
      ->check(cli::one_of({"fail", "warn"}));
  cli::add_value(command, "--accepted", flags.accepted, "FILE",
                 "accepted slowdowns (default: .reprise/accepted.json of HEAD)");
  command.add_flag("--bisect", flags.bisect,
                   "for git bisect run: exit with 125 where the exit code would be 2, 3 or 4");
}

}  // namespace

void add_gate_flags(CLI::App& command, GateFlags& flags) {
  add_subjects(command, flags);
  add_build_flags(command, flags);
  add_measuring_flags(command, flags);
  add_judging_flags(command, flags);
  command.option_defaults()->group("What is shown and kept");
  cli::add_value(command, "--markdown", flags.markdown, "FILE",
                 "write the report to this file as Markdown");
  cli::add_value(command, "--junit", flags.junit, "FILE",
                 "write the verdicts to this file as JUnit XML");
  cli::add_value(command, "--json", flags.json, "FILE", "write the verdicts to this file as JSON");
  cli::add_value(
      command, "--summary", flags.summary, "FILE",
      "append the Markdown to this file; auto: to $GITHUB_STEP_SUMMARY where that is set; "
      "none: nowhere (default: auto)");
  cli::add_value(command, "--state", flags.state, "FILE",
                 "write the rounds to this file as they are measured, for --resume");
  command.add_flag("--resume", flags.resume,
                   "continue the interrupted gate whose rounds are in the --state file");
  command.add_flag("--quiet", flags.quiet, "show no progress on standard error");
}

void require_consistent(const GateFlags& flags) {
  const auto given = [&](const char* flag) {
    return std::ranges::find(flags.given, flag) != flags.given.end();
  };
  if (flags.base.empty() || flags.head.empty()) {
    throw Error(fmt::format("gate: found {}, expected BASE and HEAD",
                            flags.base.empty() ? "neither BASE nor HEAD" : "BASE alone"));
  }
  const bool of_refs = given("--program");
  for (const char* flag :
       {"--preset", "--build", "--build-timeout", "--no-merge-base", "--accepted"}) {
    if (given(flag) && !of_refs) {
      throw Error(fmt::format("{} needs --program, which makes BASE and HEAD git refs", flag));
    }
  }
  if (of_refs && given("--preset") == given("--build")) {
    throw Error(fmt::format("--program: found {}, expected either --preset or --build",
                            given("--preset") ? "--preset and --build" : "no way to build it"));
  }
  if (flags.command) {
    for (const char* flag : {"--program", "--filter", "--with", "--min-time", "--repetitions"}) {
      if (given(flag)) throw Error(fmt::format("{} cannot be used with --command", flag));
    }
  }
  require_state_to_begin(flags.state, flags.resume);
}

}  // namespace reprise::tool
