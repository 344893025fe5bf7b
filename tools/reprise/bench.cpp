// reprise bench: which backend, how many threads, on this machine.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/compare/machine_lock.hpp"
#include "bench/compare/progress_line.hpp"
#include "bench/compare/report.hpp"
#include "bench/harness/peaks.hpp"
#include "bench/suite/pictures.hpp"
#include "bench/suite/report.hpp"
#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/record/environment.hpp"
#include "reprise/record/json_text.hpp"
#include "tools/reprise/commands.hpp"
#include "tools/reprise/duration_flag.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::compare;

// All of --quick: with what reading the data and drawing take it stays below 3 minutes.
constexpr double kQuickSeconds = 168;

struct Flags {
  bool quick = false, full = false, resume = false, quiet = false;
  std::optional<double> budget;
  std::optional<int> rounds;
  std::string data;
  std::optional<std::filesystem::path> data_dir, render;
  std::filesystem::path out = "build/bench";
  std::vector<std::string> given;  // names of the flags
};

std::vector<std::string> data_flags(const Flags& flags) {
  std::vector<std::string> all;
  if (!flags.data.empty()) all.push_back("--data=" + flags.data);
  if (flags.data_dir) all.push_back("--data-dir=" + flags.data_dir->string());
  return all;
}

void write_page(const SuiteResult& result, const std::filesystem::path& folder) {
  write_file(folder / "README.md", [&](std::ostream& out) { print_markdown(out, result); });
}

void draw(const SuiteResult& result, const std::filesystem::path& folder) {
  draw_layers(result, folder / "layers.svg");
  draw_roofline(result, folder / "roofline.svg");
}

nlohmann::json read_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(fmt::format("{}: cannot be read", file.string()));
  try {
    return nlohmann::json::parse(in);
  } catch (const nlohmann::json::exception& error) {
    throw Error(
        fmt::format("{}: found no whole JSON ({})", file.string(), printable(error.what())));
  }
}

// Measured once a run and kept beside the rounds: they are among the programs' flags, and rounds of
// other flags do not go on.
std::map<int, bench::Peaks> peaks_of_run(const std::filesystem::path& file, bool resume) {
  std::map<int, bench::Peaks> peaks;
  if (resume && std::filesystem::exists(file)) {
    try {
      const nlohmann::json kept = read_json(file);
      for (const auto& [threads, pair] : kept.items()) {
        peaks[std::stoi(threads)] = {pair.at(0), pair.at(1)};
      }
      return peaks;
    } catch (const std::logic_error&) {
    } catch (const nlohmann::json::exception&) {
    }
    throw Error(
        fmt::format("{}: found no peaks of an interrupted run, expected some", file.string()));
  }
  nlohmann::json kept;
  for (const int threads : {1, available_cpus()}) {
    const bench::Peaks measured = bench::measure_peaks(threads);
    peaks[threads] = measured;
    kept[std::to_string(threads)] = {measured.gflops, measured.gbytes};
  }
  write_file(file, [&](std::ostream& out) { out << kept.dump() << '\n'; });
  return peaks;
}

// Rounds of an interrupted run are gone on with or removed by who runs it, never by the way.
void refuse_forgotten_rounds(const std::filesystem::path& state) {
  for (const auto& entry : std::filesystem::directory_iterator(state)) {
    const auto name = entry.path().filename().string();
    if (name == "peaks.json" || !name.ends_with(".json")) continue;
    throw Error(
        fmt::format("{}: found the rounds of an interrupted run, expected --resume, another "
                    "--out, or no such file",
                    entry.path().string()));
  }
}

SuiteResult measure(const Flags& flags) {
  const Stopwatch watch;
  const MachineLock lock;
  if (!flags.resume) refuse_forgotten_rounds(flags.out / "state");
  SuiteOptions options;
  options.full = flags.full;
  options.rounds = flags.rounds;
  options.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  options.data_flags = data_flags(flags);
  options.state = flags.out / "state";
  options.resume = flags.resume;
  SuiteResult result{flags.full, environment().at("cpu"), 0, 0, {}, {}};
  for (const auto& [threads, peaks] : peaks_of_run(*options.state / "peaks.json", flags.resume)) {
    options.peaks[threads] = fmt::format("{:.2f},{:.2f}", peaks.gflops, peaks.gbytes);
    result.gflops = peaks.gflops;
    result.gbytes = peaks.gbytes;
  }
  std::vector<Part> parts = suite_parts(options);
  auto budget = flags.budget;
  if (!budget && !flags.full) budget = kQuickSeconds;
  double weights = 0;
  for (const Part& part : parts) weights += part.weight;
  ProgressLine line(std::cerr, isatty(2) == 1, flags.quiet);
  for (Part& part : parts) {
    if (budget) part.plan.budget = (*budget - watch.seconds()) * part.weight / weights;
    weights -= part.weight;
    if (!flags.quiet) std::cerr << fmt::format("{}: {}\n", part.name, part.about);
    try {
      Comparison found = run_comparison(part.plan, [&](const Progress& p) { line.show(p); });
      line.end();
      if (!lock.warning().empty()) found.noise_warnings.push_back(lock.warning());
      if (found.failure) result.failures.push_back(part.name + ": " + found.failure->what());
      result.parts.push_back({part.name, part.about, std::move(found)});
    } catch (const Error& error) {
      line.end();
      result.failures.push_back(part.name + ": " + error.what());
      if (error.exit_code() != ExitCode::usage) throw;  // nothing of it will go better
    }
  }
  if (result.parts.empty()) throw Error(result.failures.front());
  return result;
}

// What the rows and the parts that failed are called by, on standard error; the exit code.
ExitCode tell_failures(const SuiteResult& result) {
  ExitCode code = ExitCode::done;
  for (const PartResult& part : result.parts) {
    for (const Verdict& row : part.comparison.judgement.verdicts) {
      if (row.label != Label::failed) continue;
      code = ExitCode::no;
      std::cerr << fmt::format("reprise: {} {}: {}\n",
                               part.comparison.measurements.contenders[row.contender].name,
                               part.comparison.measurements.benchmarks[row.benchmark], row.error);
    }
  }
  for (const std::string& failure : result.failures) {
    code = ExitCode::usage;
    std::cerr << "reprise: " << failure << '\n';
  }
  return code;
}

ExitCode run(const Flags& flags) {
  if (flags.render) {
    for (const std::string& flag : flags.given) {
      if (flag == "--render" || flag == "--out" || flag == "--quiet") continue;
      throw Error(flag + ": found with --render, which measures nothing");
    }
    require_writable_folder(flags.out);
    const nlohmann::json document = read_json(*flags.render);
    const SuiteResult result = suite_from(document, flags.render->string());
    write_file(flags.out / "bench.json",
               [&](auto& out) { out << json_text(with_answers(document, result)) << '\n'; });
    write_page(result, flags.out);
    draw(result, flags.out);
    return ExitCode::done;
  }
  if (flags.quick == flags.full) {
    throw Error("bench: found " + std::string(flags.quick ? "both" : "none") +
                " of --quick and --full, expected one of them");
  }
  require_writable_folder(flags.out / "state");
  const SuiteResult result = measure(flags);
  write_file(flags.out / "bench.json",
             [&](auto& out) { out << json_text(to_json(result)) << '\n'; });
  write_page(result, flags.out);
  print(std::cout, result);
  std::cout << fmt::format("\npage, pictures and JSON: {}\n", flags.out.string()) << std::flush;
  // what was measured is told and kept by now; --render draws it where gnuplot is there
  try {
    draw(result, flags.out);
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::missing) throw;
    std::cerr << fmt::format("reprise: no pictures: {} (then: reprise bench --render {})\n",
                             error.what(), (flags.out / "bench.json").string());
  }
  // of a part that was ended the rounds are kept, to be gone on with
  if (result.failures.empty()) std::filesystem::remove_all(flags.out / "state");
  return tell_failures(result);
}

}  // namespace

CLI::App* add_bench(CLI::App& app, ExitCode& code) {
  CLI::App* command =
      app.add_subcommand("bench", "which backend and how many threads, on this machine");
  const auto flags = std::make_shared<Flags>();
  command->option_defaults()->group("What is measured");
  command->add_flag("--quick", flags->quick, "the layers and the threads: below 3 minutes");
  command->add_flag("--full", flags->full, "everything: about an hour");
  add_duration(*command, "--time-budget", flags->budget,
               "for everything (default of --quick: 168s; of --full what its rounds take)");
  command->add_option("--rounds", flags->rounds, "of each part, at most (default: 8 to 24)")
      ->check(cli::whole_number(1, 10000))
      ->type_name("N");
  command->add_option("--data", flags->data, "real, stand-in (default: real where the files are)")
      ->check(cli::one_of({"real", "stand-in"}))
      ->type_name("NAME");
  cli::add_data_dir(*command, flags->data_dir);
  command->option_defaults()->group("What is shown and kept");
  command
      ->add_option("--out", flags->out,
                   "folder of bench.json, README.md, layers.svg, roofline.svg (default: "
                   "build/bench)")
      ->type_name("DIR");
  command->add_flag("--resume", flags->resume, "go on with the rounds of an interrupted run there");
  command
      ->add_option("--render", flags->render,
                   "measure nothing: answers, page and pictures of a bench.json")
      ->type_name("FILE");
  command->add_flag("--quiet", flags->quiet, "no progress");
  command->footer(
      "\nExamples:\n  reprise bench --quick\n  reprise bench --full --out full\n"
      "  reprise bench --render results/machines/amd-epyc/bench/bench.json --out page\n");
  command->callback([command, flags, &code] {
    flags->given = cli::given_flags(*command);
    code = run(*flags);
  });
  return command;
}

}  // namespace reprise::tool
