// reprise gate: is HEAD slower than BASE? For pull requests, commits and git bisect.
#include "bench/gate/gate.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "bench/compare/machine_lock.hpp"
#include "bench/compare/progress_line.hpp"
#include "bench/gate/built.hpp"
#include "bench/gate/git.hpp"
#include "bench/gate/report.hpp"
#include "cli/flag_types.hpp"
#include "cli/output_files.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/data/json.hpp"
#include "tools/reprise/commands.hpp"
#include "tools/reprise/gate_accept.hpp"
#include "tools/reprise/gate_flags.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::gate;
using Flags = GateFlags;

constexpr const char* kWorkingTree = ".";

// The two sides, and what tells whether an accepted slowdown lies between them.
struct Sides {
  std::string base, head;  // the commands
  Side base_side, head_side;
  std::vector<Accepted> accepted{};
  std::set<std::string> range{};  // commits of HEAD that BASE has not
  std::vector<std::string> warnings{};
};

std::vector<Accepted> accepted_of(const Flags& flags, const Git& git, const std::string& head) {
  if (flags.accepted) {
    std::error_code failed;
    if (!std::filesystem::exists(*flags.accepted, failed)) {
      throw Error(fmt::format("--accepted: found no file '{}', expected one",
                              printable(flags.accepted->string())));
    }
    return read_accepted(*flags.accepted);
  }
  if (flags.head == kWorkingTree) return read_accepted(git.top() / kAcceptedFile);
  const std::string text = git.text_of(head, kAcceptedFile);
  if (text.empty()) return {};  // most commits accept nothing
  return parse_accepted(text, fmt::format("{} of {}", kAcceptedFile, printable(flags.head)));
}

Sides built_sides(const Flags& flags) {
  const Git git(".");
  Sides sides;
  const bool is_tree = flags.head == kWorkingTree;
  const std::string head = git.commit(is_tree ? "HEAD" : flags.head);
  const std::string asked = git.commit(flags.base);
  const std::string base = flags.no_merge_base ? asked : git.merge_base(asked, head);
  const auto between = git.commits_between(base, head);
  sides.range = {between.begin(), between.end()};
  sides.accepted = accepted_of(flags, git, head);
  if (base == head && !(is_tree && git.is_dirty())) {
    sides.warnings.push_back(
        fmt::format("BASE and HEAD are the same commit {}: the gate compares it with itself",
                    head.substr(0, 12)));
  }
  if (git.is_dirty() && !is_tree) {
    sides.warnings.push_back(
        "the working tree has changes that no commit has: they are not measured (HEAD '.' measures "
        "them)");
  }
  sides.base = build_commit(git, base, flags.build, flags.build_timeout);
  sides.head = is_tree ? build_working_tree(git, flags.build, flags.build_timeout)
                       : build_commit(git, head, flags.build, flags.build_timeout);
  sides.base_side = {flags.build.program, base, flags.base};
  // changes that no commit has make the program another one
  sides.head_side = {flags.build.program, is_tree && git.is_dirty() ? "" : head, flags.head};
  return sides;
}

Sides sides_of(const Flags& flags) {
  if (!flags.build.program.empty()) return built_sides(flags);
  return {flags.base, flags.head, {flags.base}, {flags.head}};
}

GatePlan plan_of(const Flags& flags, const Sides& sides) {
  GatePlan plan;
  const auto contender = [&](const std::string& text, const char* name) {
    compare::Contender found =
        flags.command ? compare::shell_contender(text) : compare::parse_contender(text, "gate");
    for (const std::string& argument : flags.with) {
      found.command.arguments.push_back(argument);
      found.text += " " + argument;
    }
    if (!flags.command) compare::refuse_overruled_flags(found, !flags.filter.empty(), "gate");
    found.name = name;
    return found;
  };
  plan.base = contender(sides.base, "BASE");
  plan.head = contender(sides.head, "HEAD");
  plan.base_side = sides.base_side;
  plan.head_side = sides.head_side;
  plan.invocation = {flags.timeout, flags.min_time, flags.repetitions, flags.filter, {}};
  plan.options.margin = flags.margin;
  plan.options.level = flags.level;
  plan.options.clock =
      flags.clock == "real_time" ? compare::Clock::real_time : compare::Clock::cpu_time;
  plan.options.bits_fail = flags.bits == "fail";
  plan.options.missing_fails = flags.missing == "fail";
  plan.budget = flags.budget;
  plan.min_time_given = std::ranges::find(flags.given, "--min-time") != flags.given.end();
  plan.state = flags.state;
  plan.resume = flags.resume;
  return plan;
}

// The command without the files that this run wrote.
std::string command_to_repeat(const Flags& flags, const GateResult& result) {
  std::string text = "reprise gate";
  const auto add = [&](const std::string& flag, const std::string& value) {
    if (std::ranges::find(flags.given, flag) == flags.given.end()) return;
    text += " " + flag + (value.empty() ? "" : " " + compare::shell_quoted(value));
  };
  const auto side = [&](const Side& of) { return of.commit.empty() ? of.text : of.commit; };
  text += " " + compare::shell_quoted(flags.build.program.empty() ? flags.base : side(result.base));
  const bool is_tree = flags.head == kWorkingTree;
  text += " " + compare::shell_quoted(flags.build.program.empty() || is_tree ? flags.head
                                                                             : side(result.head));
  add("--command", "");
  add("--program", flags.build.program);
  add("--preset", flags.build.preset);
  add("--build", flags.build.command);
  add("--no-merge-base", "");
  if (flags.accepted) add("--accepted", flags.accepted->string());
  add("--filter", flags.filter);
  add("--min-time", fmt::format("{:g}ms", 1e3 * flags.min_time));
  add("--repetitions", std::to_string(flags.repetitions));
  add("--timeout", fmt::format("{:g}s", flags.timeout));
  for (const std::string& flag : flags.with) text += " --with " + compare::shell_quoted(flag);
  add("--clock", flags.clock);
  add("--time-budget", fmt::format("{:g}s", flags.budget));
  add("--margin", fmt::format("{:g}%", 100 * flags.margin));
  add("--level", fmt::format("{:g}%", 100 * flags.level));
  add("--bits", flags.bits);
  add("--missing", flags.missing);
  return text;
}

// The file of the job's summary, to which each step appends; "" if there is none.
std::string summary_file(const std::string& where) {
  if (where == "none") return "";
  if (where != "auto") return where;
  const char* of_job = std::getenv("GITHUB_STEP_SUMMARY");
  return of_job == nullptr ? "" : of_job;
}

// One that the user named has to be writable. The job's own may be a path outside of a container; a
// gate without a summary is better than none.
void probe_summary(const Flags& flags, std::vector<std::string>& warnings) {
  const std::string file = summary_file(flags.summary);
  if (file.empty() || std::ofstream(file, std::ios::app)) return;
  const std::string line =
      fmt::format("--summary: found '{}', expected a file that can be written", printable(file));
  if (flags.summary != "auto") throw Error(line);
  warnings.push_back(line);
}

// A file that cannot be written keeps none of the others from being written.
void write_files(const Flags& flags, const GateResult& result) {
  const std::string text = markdown(result, command_to_repeat(flags, result));
  std::optional<Error> failure;
  const auto write = [&](const std::optional<std::filesystem::path>& file, const auto& fill) {
    if (!file) return;
    try {
      write_file(*file, fill);
    } catch (const Error& error) {
      if (!failure) failure = error;
    }
  };
  write(flags.json, [&](std::ostream& out) { out << json_text(to_json(result), 1) << '\n'; });
  write(flags.markdown, [&](std::ostream& out) { out << text; });
  write(flags.junit, [&](std::ostream& out) { print_junit(out, result); });
  if (const std::string file = summary_file(flags.summary); !file.empty()) {
    std::ofstream(file, std::ios::app) << text << '\n';
  }
  if (failure) throw *failure;
}

// What an output may not replace.
std::vector<std::filesystem::path> inputs_of(const Flags& flags) {
  std::vector<std::filesystem::path> inputs;
  if (flags.accepted) inputs.push_back(*flags.accepted);
  if (flags.command || !flags.build.program.empty()) return inputs;
  for (const std::string& side : {flags.base, flags.head}) {
    inputs.emplace_back(side);
    const auto words = compare::shell_words(side);
    if (!words.empty()) inputs.emplace_back(words.front());
  }
  return inputs;
}

ExitCode run(const Flags& flags) {
  require_consistent(flags);
  std::optional<FileLock> alone;  // no other process may write the state
  if (flags.state) alone.emplace(*flags.state);
  // a file that cannot be written is found before anything is built or measured
  cli::require_own_files({{"--state", flags.state},
                          {"--json", flags.json},
                          {"--markdown", flags.markdown},
                          {"--junit", flags.junit}},
                         inputs_of(flags));
  for (const auto* file : {&flags.json, &flags.markdown, &flags.junit}) {
    if (*file) AtomicFile probe(**file);
  }
  if (flags.state && !flags.resume) AtomicFile probe(*flags.state);
  std::vector<std::string> warnings;
  probe_summary(flags, warnings);
  const compare::MachineLock lock;  // before the builds, which would disturb another measurement
  const Sides sides = sides_of(flags);
  const GatePlan plan = plan_of(flags, sides);
  compare::ProgressLine line(std::cerr, isatty(2) == 1, flags.quiet);
  GateResult found = run_gate(plan, [&](const compare::Progress& p) { line.show(p); });
  line.end();
  if (!lock.warning().empty()) found.warnings.push_back(lock.warning());
  warnings.insert(warnings.end(), sides.warnings.begin(), sides.warnings.end());
  found.warnings.insert(found.warnings.end(), warnings.begin(), warnings.end());
  apply_accepted(found, sides.accepted,
                 [&](const std::string& commit) { return sides.range.contains(commit); });
  write_files(flags, found);  // first: a reader of standard output may have left
  print(std::cout, found);
  std::cout << std::flush;
  if (found.failure) throw *found.failure;  // after the report on what was measured before it
  return exit_code_of(found);
}

}  // namespace

CLI::App* add_gate(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "gate",
      "is HEAD slower than BASE: two programs, shell commands or git refs, in three minutes");
  const auto flags = std::make_shared<Flags>();
  add_gate_flags(*command, *flags);
  CLI::App* accept = add_gate_accept(*command);
  command->footer(
      "\nExamples:\n"
      "  reprise gate old/bench new/bench\n"
      "  reprise gate main HEAD --preset release --program build/release/bin/bench_dense\n"
      "  reprise gate --command 'old/tool data' 'new/tool data' --margin 10%\n"
      "  git bisect run reprise gate v1.0 . --build make --program ./bench --bisect\n");
  command->callback([command, accept, flags, &code] {
    if (accept->parsed()) return;
    flags->given = cli::given_flags(*command);
    code = run(*flags);  // main.cpp makes it one of git bisect
  });
  return command;
}

}  // namespace reprise::tool
