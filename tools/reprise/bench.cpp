// reprise bench: measures which backend and how many threads are fastest on this machine.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "bench/cases.hpp"
#include "bench/compare/duration.hpp"
#include "bench/compare/machine_lock.hpp"
#include "bench/compare/progress_line.hpp"
#include "bench/compare/report.hpp"
#include "bench/harness/microkernels.hpp"
#include "bench/harness/peaks.hpp"
#include "bench/harness/roofs.hpp"
#include "bench/suite/first_look.hpp"
#include "bench/suite/growth.hpp"
#include "bench/suite/report.hpp"
#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/record/environment.hpp"
#include "tools/reprise/commands.hpp"
#include "tools/reprise/suite_backends.hpp"

namespace reprise::tool {

namespace {

using compare::MachineLock;
using compare::ProgressLine;
using suite::Part;
using suite::PartResult;
using suite::SuiteOptions;
using suite::SuiteResult;

// The default time budget of --quick. With reading the data and drawing it takes less than 3
// minutes.
constexpr double kQuickSeconds = 172;

struct Flags {
  bool quick = false, full = false, resume = false, quiet = false;
  std::vector<std::string> backends;
  bench::OwnFlags own;
  std::optional<double> budget;
  std::optional<int> rounds;
  std::string data;
  std::optional<std::filesystem::path> data_dir, render;
  std::filesystem::path out = "build/bench";
  std::vector<std::string> given;  // names of the flags that the user gave
};

std::vector<std::string> data_flags(const Flags& flags) {
  std::vector<std::string> all;
  if (!flags.data.empty()) all.push_back("--data=" + flags.data);
  if (flags.data_dir) all.push_back("--data-dir=" + flags.data_dir->string());
  return all;
}

void write_page(const SuiteResult& result, const std::filesystem::path& folder) {
  write_file(folder / "README.md", [&](std::ostream& out) { suite::print_markdown(out, result); });
}

void draw(const SuiteResult& result, const std::filesystem::path& folder) {
  suite::draw_layers(result, folder / "layers.svg");
  suite::draw_roofline(result, folder / "roofline.svg");
  suite::draw_growth(result, folder / "growth.svg");
}

// Returns the peak rates by number of threads. They are measured once and stored with the rounds: a
// resumed run needs the same ones, because they are among the flags of the programs and rounds of
// other flags are refused.
std::map<int, bench::Peaks> peaks_of_run(const std::filesystem::path& file, bool resume) {
  std::map<int, bench::Peaks> peaks;
  if (resume && std::filesystem::exists(file)) {
    try {
      const nlohmann::json kept = read_json(file);
      for (const auto& [threads, pair] : kept.items()) {
        peaks[std::stoi(threads)] = {
            .gflops = pair.at(0), .gbytes = pair.at(1), .triad_place = pair.at(2)};
      }
      return peaks;
    } catch (const std::logic_error&) {
    } catch (const nlohmann::json::exception&) {
    }
    throw Error(fmt::format(
        "{}: found something else, expected the peak rates of an interrupted run", file.string()));
  }
  nlohmann::json kept;
  for (const int threads : {1, default_threads()}) {
    const bench::Peaks measured = bench::measure_peaks(threads);
    peaks[threads] = measured;
    kept[std::to_string(threads)] = {measured.gflops, measured.gbytes, measured.triad_place};
  }
  write_file(file, [&](std::ostream& out) { out << json_text(kept) << '\n'; });
  return peaks;
}

// The programs read the rates of the microkernels, but measure none while they are compared.
void keep_limit_rates() {
  std::set<std::size_t> columns{0};
  for (const bench::LayerCase& layer : bench::book_layers()) {
    if (layer.sparse()) columns.insert(layer.units);
  }
  for (const std::size_t units : columns) {
    bench::limit_rates(std::string(find_isa("").name), units);
  }
}

// Throws Error if `state` has the rounds of an interrupted run: only the user may discard them.
void refuse_unfinished_run(const std::filesystem::path& state) {
  for (const auto& entry : std::filesystem::directory_iterator(state)) {
    const auto name = entry.path().filename().string();
    if (name == "peaks.json" || !name.ends_with(".json")) continue;
    throw Error(
        fmt::format("{}: found the rounds of an interrupted run; continue it with --resume, choose "
                    "another --out or delete the file",
                    entry.path().string()));
  }
}

suite::Mode mode_of(const Flags& flags) {
  if (flags.full) return suite::Mode::full;
  return flags.quick ? suite::Mode::quick : suite::Mode::own;
}

SuiteResult measure(const Flags& flags) {
  const Stopwatch watch;
  const MachineLock lock;
  if (!flags.resume) refuse_unfinished_run(flags.out / "state");
  SuiteOptions options;
  options.mode = mode_of(flags);
  options.backends = suite_backends(flags.backends);
  options.own = flags.own;
  options.rounds = flags.rounds;
  options.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  options.data_flags = data_flags(flags);
  options.state = flags.out / "state";
  options.resume = flags.resume;
  SuiteResult result;
  result.mode = options.mode;
  result.own = fmt::format("{}", fmt::join(arguments_of(flags.own, true), " "));
  result.backends = options.backends;
  result.machine = environment().at("cpu");
  for (const auto& [threads, peaks] : peaks_of_run(*options.state / "peaks.json", flags.resume)) {
    options.peaks[threads] = fmt::format("{:.2f},{:.2f}", peaks.gflops, peaks.gbytes);
    result.gflops = peaks.gflops;
    result.gbytes = peaks.gbytes;
    result.triad_place = peaks.triad_place;
  }
  result.roofs = bench::measure_roofs(default_threads());
  keep_limit_rates();
  auto budget = flags.budget;
  if (!budget && !flags.full) budget = kQuickSeconds;
  ProgressLine line(std::cerr, isatty(2) == 1, flags.quiet);
  // Returns whether the part was measured.
  const auto run = [&](Part part, std::optional<double> share) {
    if (budget && share) part.plan.budget = (*budget - watch.seconds()) * *share;
    if (!flags.quiet) std::cerr << fmt::format("{}: {}\n", part.name, part.about);
    try {
      auto found = compare::run_comparison(
          part.plan, [&](const compare::Progress& progress) { line.show(progress); });
      line.end();
      if (!lock.warning().empty()) found.noise_warnings.push_back(lock.warning());
      if (found.failure) result.failures.push_back(part.name + ": " + found.failure->what());
      result.parts.push_back({part.name, part.about, part.kind, std::move(found)});
      return true;
    } catch (const Error& error) {
      line.end();
      result.failures.push_back(part.name + ": " + error.what());
      if (error.exit_code() != ExitCode::usage) throw;  // the other parts would fail as well
      return false;
    }
  };
  // the first look has a fixed number of rounds, so that a resumed run chooses as it did before
  if (const auto look = suite::first_look(options)) {
    if (!run(*look, std::nullopt)) throw Error(result.failures.front());
    options.chosen = suite::best_settings(result.parts.back(), options.backends);
    suite::leave_out_slow(result.parts.back(), options.backends);
    result.backends = options.backends;
  }
  const std::vector<Part> parts = suite::suite_parts(options);
  double weights = 0;
  for (const Part& part : parts) weights += part.weight;
  for (const Part& part : parts) {
    run(part, part.weight / weights);
    weights -= part.weight;
  }
  if (result.parts.empty()) throw Error(result.failures.front());
  // other guests of a virtual machine may have slowed the first measurement
  result.roofs = bench::higher(result.roofs, bench::measure_roofs(default_threads()));
  return result;
}

// Prints failed benchmarks and unfinished parts to standard error. Returns the exit code.
ExitCode report_failures(const SuiteResult& result) {
  ExitCode code = ExitCode::done;
  for (const PartResult& part : result.parts) {
    const auto& measured = part.comparison.measurements;
    for (const compare::Verdict& verdict : part.comparison.judgement.verdicts) {
      if (verdict.label != compare::Label::failed) continue;
      code = ExitCode::no;
      std::cerr << fmt::format("reprise: {} {}: {}\n", measured.contenders[verdict.contender].name,
                               measured.benchmarks[verdict.benchmark], verdict.error);
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
      throw Error(flag + " and --render cannot be combined: --render measures nothing");
    }
    require_writable_folder(flags.out);
    const FileLock alone(flags.out);
    const std::string name = flags.render->string();
    nlohmann::json document = read_json(*flags.render);
    if (document.is_object() && document.value("schema", nlohmann::json()) == "reprise/bench/1") {
      document = suite::upgrade_bench_1(document, name);
    }
    const SuiteResult result = suite::suite_from(document, name);
    write_file(flags.out / "bench.json",
               [&](auto& out) { out << json_text(suite::with_answers(document, result)) << '\n'; });
    write_page(result, flags.out);
    draw(result, flags.out);
    return ExitCode::done;
  }
  const bool own = bench::own_cases(flags.own).given();
  if (flags.quick + flags.full + own != 1) {
    throw Error(own || flags.quick ? "--quick, --full and layers of your own cannot be combined"
                                   : "bench needs --quick, --full, --network or --shape");
  }
  require_writable_folder(flags.out / "state");
  const FileLock alone(flags.out);
  const SuiteResult result = measure(flags);
  write_file(flags.out / "bench.json",
             [&](auto& out) { out << json_text(suite::to_json(result)) << '\n'; });
  write_page(result, flags.out);
  suite::print(std::cout, result);
  std::cout << fmt::format("\nwrote the page, the pictures and bench.json to {}\n",
                           flags.out.string())
            << std::flush;
  // The results are written by now. Without gnuplot only the pictures are missing.
  try {
    draw(result, flags.out);
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::missing) throw;
    std::cerr << fmt::format(
        "reprise: no pictures: {} (draw them later by reprise bench --render {})\n", error.what(),
        (flags.out / "bench.json").string());
  }
  // the rounds of an unfinished part stay, so that --resume can continue them
  if (result.failures.empty()) std::filesystem::remove_all(flags.out / "state");
  return report_failures(result);
}

}  // namespace

CLI::App* add_bench(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "bench", "measure which backend and how many threads are fastest on this machine");
  const auto flags = std::make_shared<Flags>();
  command->option_defaults()->group("What is measured");
  command->add_flag(
      "--quick", flags->quick,
      "compare the backends on the book's layers, on two layers without caches and on an epoch of "
      "IMDB, and the numbers of threads on the book's networks (less than 3 minutes)");
  command->add_flag(
      "--full", flags->full,
      "compare the backends also on single operations, losses, optimizers, epochs, data "
      "loading and work of growing size (about an hour)");
  cli::add_text(
      *command, "--backend",
      [flags](const std::string& list) {
        for (const std::string& name : cli::split_list(list)) {
          flags->backends.push_back(find_backend(name).name);
        }
      },
      "LIST",
      fmt::format("backends to compare: {} (default: all that are found here, but not the "
                  "reference BLAS)",
                  fmt::join(backend_names(), ", ")));
  cli::add_parsed(*command, "--time-budget", flags->budget, compare::parse_duration, "TIME",
                  "time limit for all measurements (default: none with --full, otherwise 172s)");
  cli::add_number(*command, "--rounds", flags->rounds, 1, 10000,
                  "largest number of rounds of each comparison (default: 8 to 24)");
  cli::add_value(*command, "--data", flags->data, "NAME",
                 "data to measure on: real, stand-in (default: real if Keras's files are there)")
      ->check(cli::one_of({"real", "stand-in"}));
  cli::add_data_dir(*command, flags->data_dir);
  add_own_flags(*command, flags->own);
  command->option_defaults()->group("What is shown and kept");
  cli::add_value(*command, "--out", flags->out, "DIR",
                 "directory for bench.json, README.md and the pictures (default: "
                 "build/bench)");
  command->add_flag("--resume", flags->resume,
                    "continue the interrupted run whose rounds are in the directory --out");
  cli::add_value(*command, "--render", flags->render, "FILE",
                 "measure nothing; write page, pictures and bench.json from an earlier bench.json");
  command->add_flag("--quiet", flags->quiet, "print no progress");
  command->footer(
      "\nExamples:\n  reprise bench --quick\n  reprise bench --full --out full\n"
      "  reprise bench --network 784-512-10 --batch 128\n"
      "  reprise bench --shape 256x1024x1024 --backend openmp,openblas,onednn\n"
      "  reprise bench --render results/machines/amd-epyc/bench/bench.json --out page\n");
  command->callback([command, flags, &code] {
    flags->given = cli::given_flags(*command);
    code = run(*flags);
  });
  return command;
}

}  // namespace reprise::tool
