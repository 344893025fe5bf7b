// reprise compare: which of several programs, configurations or result files is faster.
#include "bench/compare/report.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "bench/compare/comparison.hpp"
#include "bench/compare/machine_lock.hpp"
#include "bench/compare/progress_line.hpp"
#include "bench/compare/subject.hpp"
#include "cli/flag_types.hpp"
#include "cli/output_files.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/list.hpp"
#include "tools/reprise/commands.hpp"
#include "tools/reprise/compare_flags.hpp"
#include "tools/reprise/state_flags.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::compare;
using Flags = CompareFlags;

std::string threads_text(const std::string& count) {
  return count + (count == "1" ? " thread" : " threads");
}

// One program with each combination of backend and number of threads.
std::vector<Contender> configurations(const Contender& program, const Flags& flags,
                                      InvocationOptions& invocation) {
  std::vector<Contender> all;
  const std::vector<std::string> default_only{""};
  for (const std::string& backend : flags.backends.empty() ? default_only : flags.backends) {
    for (const std::string& threads : flags.threads.empty() ? default_only : flags.threads) {
      Contender contender = program;
      std::string name;
      const auto add = [&](const std::string& flag, const std::string& value) {
        if (value.empty()) return;
        contender.command.arguments.push_back("--" + flag + "=" + value);
        contender.text += " --" + flag + "=" + value;
        contender.configuration[flag] = value;
        name += (name.empty() ? "" : ", ") + (flag == "threads" ? threads_text(value) : value);
      };
      add("backend", backend);
      add("threads", threads);
      contender.name = name;
      all.push_back(contender);
    }
  }
  if (flags.backends.size() > 1) invocation.varied.insert("backend");
  if (flags.threads.size() > 1) invocation.varied.insert("threads");
  return all;
}

// One program with each group of its benchmarks.
std::vector<Contender> groups_of(const Contender& program, const std::vector<std::string>& groups) {
  std::vector<Contender> all;
  for (const std::string& group : groups) {
    try {
      if (std::regex_match("", std::regex(group)) || group.starts_with('-')) {
        throw Error(
            fmt::format("--group: found '{}', expected an expression that matches a part of "
                        "names and is not empty or inverted",
                        printable(group)));
      }
    } catch (const std::regex_error&) {
      throw Error(
          fmt::format("--group: found '{}', expected a regular expression", printable(group)));
    }
    Contender contender = program;
    contender.name = group;
    contender.text += " --benchmark_filter=" + group;
    contender.configuration["group"] = group;
    contender.group = group;
    all.push_back(std::move(contender));
  }
  return all;
}

std::vector<Contender> contenders_of(const Flags& flags, InvocationOptions& invocation) {
  std::vector<Contender> all;
  for (const std::string& subject : flags.subjects) {
    all.push_back(flags.command ? shell_contender(subject) : parse_contender(subject, "compare"));
  }
  for (const std::string& backend : flags.backends) find_backend(backend);
  if (!flags.backends.empty() || !flags.threads.empty()) {
    if (all.size() != 1) {
      throw Error(fmt::format("--backend, --threads: found {} programs, expected a single one",
                              all.size()));
    }
    all = configurations(all.front(), flags, invocation);
  }
  if (!flags.groups.empty()) {
    if (all.size() != 1) {
      throw Error(fmt::format("--group: found {} programs, expected a single one", all.size()));
    }
    for (const char* other : {"--backend", "--threads", "--filter", "--command"}) {
      if (std::ranges::find(flags.given, other) == flags.given.end()) continue;
      throw Error(fmt::format("--group: found {}, expected one of them", other));
    }
    all = groups_of(all.front(), flags.groups);
    refuse_overruled_flags(all.front(), true);
  }
  if (all.size() < 2) {
    throw Error(
        fmt::format("compare: found {} to compare, expected at least 2 (programs, result "
                    "files, or one program with --backend or --threads lists, or several --group)",
                    all.size()));
  }
  for (Contender& contender : all) {
    for (const std::string& argument : flags.with) {
      contender.command.arguments.push_back(argument);
      contender.text += " " + argument;
    }
    if (!flags.command) refuse_overruled_flags(contender, !flags.filter.empty());
  }
  return all;
}

Clock clock_of(const Flags& flags) {
  return flags.clock == "real_time" ? Clock::real_time : Clock::cpu_time;
}

// Throws Error for the first flag that was given but has no effect on this kind of comparison.
template <class HasNoEffect>
void refuse_flags(const Flags& flags, const std::string& kind, HasNoEffect has_no_effect) {
  const auto found = std::ranges::find_if(flags.given, has_no_effect);
  if (found != flags.given.end())
    throw Error(fmt::format("{} cannot be used with {}", *found, kind));
}

void require_writable(const std::optional<std::filesystem::path>& file) {
  if (file) AtomicFile probe(*file);
}

// Writes the files that were asked for.
template <class Found>
void write_files(const Flags& flags, const Found& found) {
  if (flags.json) {
    write_file(*flags.json,
               [&](std::ostream& out) { out << json_text(to_json(found), 1) << '\n'; });
  }
  if (flags.markdown) {
    write_file(*flags.markdown, [&](std::ostream& out) { print_markdown(out, found); });
  }
}

ExitCode compare_result_files(const Flags& flags) {
  const std::set<std::string> allowed{"--clock", "--drift",  "--filter",   "--json",
                                      "--level", "--margin", "--markdown", "--quiet"};
  refuse_flags(flags, "result files",
               [&](const std::string& flag) { return !allowed.contains(flag); });
  for (const std::string& subject : flags.subjects) {
    if (std::filesystem::is_directory(subject) || is_result_file(subject)) continue;
    throw Error(
        fmt::format("compare: found '{}', which is not a result file, expected two result files "
                    "or programs only",
                    printable(subject)));
  }
  if (flags.subjects.size() != 2) {
    throw Error(fmt::format("compare: found {} result files, expected two", flags.subjects.size()));
  }
  cli::require_own_files({{"--json", flags.json}, {"--markdown", flags.markdown}},
                         {flags.subjects.begin(), flags.subjects.end()});
  require_writable(flags.json);
  require_writable(flags.markdown);
  const UnpairedOptions options{
      flags.level, flags.drift, {flags.margin, clock_of(flags)}, flags.filter};
  const auto found = compare_files(flags.subjects[0], flags.subjects[1], options);
  print(std::cout, found);
  write_files(flags, found);
  return exit_code_of(found.verdicts);
}

ComparisonPlan plan_of(const Flags& flags) {
  require_state_to_begin(flags.state, flags.resume);
  if (flags.all_rounds && flags.drop_decided) {
    throw Error("--all-rounds: found --drop-decided, expected one of them: it drops no benchmark");
  }
  ComparisonPlan plan;
  plan.invocation = {flags.timeout, flags.min_time, flags.repetitions, flags.filter, {}};
  plan.contenders = contenders_of(flags, plan.invocation);
  plan.judging = {flags.margin, clock_of(flags),
                  flags.test == "sign" ? Test::sign : Test::blocked_rank};
  plan.level = flags.level;
  plan.rounds = flags.rounds.value_or(kDefaultRounds);
  plan.rounds_given = flags.rounds.has_value();
  plan.all_rounds = flags.all_rounds;
  plan.drop_decided = flags.drop_decided;
  plan.budget = flags.budget;
  plan.min_time_given = std::ranges::find(flags.given, "--min-time") != flags.given.end();
  plan.state = flags.state;
  plan.resume = flags.resume;
  return plan;
}

ExitCode run(const Flags& flags) {
  if (!flags.command && std::ranges::any_of(flags.subjects, is_result_file)) {
    return compare_result_files(flags);
  }
  refuse_flags(flags, "programs", [](const std::string& flag) { return flag == "--drift"; });
  if (flags.command) {
    const std::set<std::string> refused{"--backend",     "--filter",  "--group", "--min-time",
                                        "--repetitions", "--threads", "--with"};
    refuse_flags(flags, "--command",
                 [&](const std::string& flag) { return refused.contains(flag); });
  }
  std::optional<FileLock> alone;  // no other process may write the state
  if (flags.state) alone.emplace(*flags.state);
  const ComparisonPlan plan = plan_of(flags);
  // a file that cannot be written is found before anything is measured
  if (!flags.resume) require_writable(flags.state);
  cli::require_own_files(
      {{"--state", flags.state}, {"--json", flags.json}, {"--markdown", flags.markdown}}, {});
  require_writable(flags.json);
  require_writable(flags.markdown);
  const MachineLock lock;
  ProgressLine line(std::cerr, isatty(2) == 1, flags.quiet);
  Comparison found = run_comparison(plan, [&](const Progress& p) { line.show(p); });
  line.end();
  if (!lock.warning().empty()) found.noise_warnings.push_back(lock.warning());
  print(std::cout, found);
  std::cout << std::flush;
  write_files(flags, found);
  if (found.failure) throw *found.failure;  // after the report on what was measured before it
  return exit_code_of(found);
}

}  // namespace

CLI::App* add_compare(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "compare", "which is faster: programs, configurations of one program, or two result files");
  const auto flags = std::make_shared<Flags>();
  cli::add_value(*command, "SUBJECT", flags->subjects, "",
                 "A B [C ...]: Google Benchmark programs (in quotes with their flags), or two of "
                 "their JSON files")
      ->required();
  add_compare_flags(*command, *flags);
  command->footer(
      "\nExamples:\n"
      "  reprise compare old/bench_dense new/bench_dense --filter csr_\n"
      "  reprise compare bench_dense --backend openmp,onednn --threads 1,2 --time-budget 60s\n"
      "  reprise compare --command 'xz -1 -k -f data' 'zstd -k -f data'\n"
      "  reprise compare monday.json tuesday.json\n");
  command->callback([command, flags, &code] {
    flags->given = cli::given_flags(*command);
    code = run(*flags);
  });
  return command;
}

}  // namespace reprise::tool
