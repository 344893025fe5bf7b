// reprise speed: checks that openmp is as fast as with a lower instruction set and as the
// libraries.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/compare/machine_lock.hpp"
#include "bench/compare/progress_line.hpp"
#include "bench/suite/speed.hpp"
#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/record/environment.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

using suite::SpeedLibrary;
using suite::SpeedOptions;
using suite::SpeedPart;
using suite::SpeedResult;

struct Flags {
  bool quick = false, resume = false, quiet = false;
  std::string isa, rows, data, clock = "real_time";
  std::vector<std::string> libraries;
  std::optional<int> rounds;
  std::optional<std::filesystem::path> data_dir, programs, render;
  std::filesystem::path out = "build/speed/result";
  std::vector<std::string> given;
};

SpeedOptions options_of(const Flags& flags) {
  SpeedOptions options;
  options.programs =
      flags.programs.value_or(std::filesystem::read_symlink("/proc/self/exe").parent_path());
  options.isa = find_isa(flags.isa).name;
  options.onednn = find_backend("onednn").unavailable_reason().empty();
  for (const std::string& text : flags.libraries) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
      throw Error(fmt::format("--library: found '{}', expected NAME=FOLDER", printable(text)));
    }
    options.libraries.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  options.rows = flags.rows;
  options.quick = flags.quick;
  options.rounds = flags.rounds;
  if (flags.clock == "cpu_time") options.clock = compare::Clock::cpu_time;
  if (!flags.data.empty()) options.data_flags.push_back("--data=" + flags.data);
  if (flags.data_dir) options.data_flags.push_back("--data-dir=" + flags.data_dir->string());
  options.state = flags.out / "state";
  options.resume = flags.resume;
  return options;
}

// Throws Error if there are rounds of an interrupted run: only the user may discard them.
void refuse_unfinished_run(const std::vector<SpeedPart>& parts) {
  for (const SpeedPart& part : parts) {
    if (part.plan.resume || !std::filesystem::exists(*part.plan.state)) continue;
    throw Error(
        fmt::format("{}: found the rounds of an interrupted run; continue it with --resume, choose "
                    "another --out or delete the file",
                    part.plan.state->string()));
  }
}

SpeedResult measure(const Flags& flags) {
  const compare::MachineLock lock;
  const SpeedOptions options = options_of(flags);
  SpeedResult result;
  result.machine = environment().at("cpu");
  result.isa = options.isa;
  result.quick = flags.quick;
  const auto parts = suite::speed_parts(options);
  if (!flags.resume) refuse_unfinished_run(parts);
  compare::ProgressLine line(std::cerr, isatty(2) == 1, flags.quiet);
  for (const SpeedPart& part : parts) {
    if (!flags.quiet) std::cerr << part.name << '\n';
    auto found =
        compare::run_comparison(part.plan, [&](const compare::Progress& p) { line.show(p); });
    line.end();
    if (found.failure) throw *found.failure;  // the rounds stay in the state
    if (!lock.warning().empty()) found.noise_warnings.push_back(lock.warning());
    result.parts.push_back({part.name, std::move(found)});
  }
  return result;
}

ExitCode run(const Flags& flags) {
  for (const std::string& flag : flags.given) {
    if (!flags.render || flag == "--render" || flag == "--out" || flag == "--quiet") continue;
    throw Error(flag + " and --render cannot be combined: --render measures nothing");
  }
  require_writable_folder(flags.render ? flags.out : flags.out / "state");
  const FileLock alone(flags.out);
  nlohmann::json document;
  SpeedResult result;
  if (flags.render) {
    document = read_json(*flags.render);
    result = suite::speed_from(document, flags.render->string());
  } else {
    result = measure(flags);
    document = suite::to_json(result);
    write_file(flags.out / "speed.json",
               [&](std::ostream& out) { out << json_text(document) << '\n'; });
  }
  write_file(flags.out / "README.md",
             [&](std::ostream& out) { suite::print_markdown(out, result); });
  suite::print(std::cout, result);
  std::cout << std::flush;
  if (!flags.render) std::filesystem::remove_all(flags.out / "state");
  return flags.render ? ExitCode::done
                      : suite::exit_code_of(suite::judge_speed(result), result.bounds);
}

}  // namespace

CLI::App* add_speed(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "speed",
      "check that openmp is not slower than with a lower instruction set or than a library");
  const auto flags = std::make_shared<Flags>();
  command->option_defaults()->group("What is measured");
  command->add_flag("--quick", flags->quick,
                    "measure a few short benchmarks in 6 rounds, to see that it works");
  cli::add_value(*command, "--rows", flags->rows, "REGEX",
                 "measure only benchmarks that match (default: all)");
  cli::add_value(*command, "--isa", flags->isa, "NAME",
                 "instruction set that is judged (default: the best one of this CPU)");
  cli::add_value(*command, "--library", flags->libraries, "NAME=FOLDER",
                 "compare this BLAS, whose folder has a libblas.so.3; repeatable "
                 "(./tools/check_speed gives OpenBLAS and MKL)")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  cli::add_number(*command, "--rounds", flags->rounds, 1, 10000,
                  "number of rounds (default: 21, with --quick 6)");
  cli::add_value(*command, "--clock", flags->clock, "NAME",
                 "clock whose times are compared: real_time, cpu_time (default: real_time)")
      ->check(cli::one_of({"real_time", "cpu_time"}));
  cli::add_value(*command, "--data", flags->data, "NAME",
                 "data to measure on: real, stand-in (default: real if Keras's files are there)")
      ->check(cli::one_of({"real", "stand-in"}));
  cli::add_data_dir(*command, flags->data_dir);
  cli::add_value(
      *command, "--programs", flags->programs, "DIR",
      "directory of bench_dense, bench_crossentropy and bench_optimizer (default: that of "
      "reprise)");
  command->option_defaults()->group("What is shown and kept");
  cli::add_value(*command, "--out", flags->out, "DIR",
                 "directory for speed.json and README.md (default: build/speed/result)");
  command->add_flag("--resume", flags->resume,
                    "continue the interrupted run whose rounds are in the directory --out");
  cli::add_value(*command, "--render", flags->render, "FILE",
                 "measure nothing; write the page of an earlier speed.json");
  command->add_flag("--quiet", flags->quiet, "print no progress");
  command->footer("\nExamples:\n  reprise speed --quick\n  reprise speed --rows dense_step\n");
  command->callback([command, flags, &code] {
    flags->given = cli::given_flags(*command);
    code = run(*flags);
  });
  return command;
}

}  // namespace reprise::tool
