// reprise bench: which backend, how many threads, on this machine.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/peaks.hpp"
#include "commands.hpp"
#include "compare/duration.hpp"
#include "compare/machine_lock.hpp"
#include "compare/progress_line.hpp"
#include "compare/report.hpp"
#include "compare/suite_pictures.hpp"
#include "compare/suite_report.hpp"
#include "data_flags.hpp"
#include "flag_types.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::tool {

namespace {

using namespace reprise::compare;

// All of --quick: with what reading the data and drawing take it stays below 3 minutes.
constexpr double kQuickSeconds = 160;

struct Flags {
  bool quick = false, full = false, resume = false, quiet = false;
  std::optional<double> budget;
  std::optional<int> rounds;
  std::string data;
  std::optional<std::filesystem::path> data_dir, render;
  std::filesystem::path out = "build/bench";
};

std::vector<std::string> data_flags(const Flags& flags) {
  std::vector<std::string> all;
  if (!flags.data.empty()) all.push_back("--data=" + flags.data);
  if (flags.data_dir) all.push_back("--data-dir=" + flags.data_dir->string());
  return all;
}

void write_all(const SuiteResult& result, const std::filesystem::path& folder) {
  write_file(folder / "README.md", [&](std::ostream& out) { print_markdown(out, result); });
  if (const Comparison* layers = result.find("layers")) draw_layers(*layers, folder / "layers.svg");
  draw_roofline(result, folder / "roofline.svg");
}

std::string peaks_text(const bench::Peaks& peaks) {
  return fmt::format("{:.2f},{:.2f}", peaks.gflops, peaks.gbytes);
}

SuiteResult measure(const Flags& flags) {
  const Stopwatch watch;
  const MachineLock lock;
  SuiteOptions options;
  options.full = flags.full;
  options.rounds = flags.rounds;
  options.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  options.data_flags = data_flags(flags);
  options.state = flags.out / "state";
  options.resume = flags.resume;
  SuiteResult result{flags.full, environment().at("cpu"), 0, 0, {}};
  for (const int threads : {1, available_cpus()}) {
    const bench::Peaks peaks = bench::measure_peaks(threads);
    options.peaks[threads] = peaks_text(peaks);
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
    result.parts.push_back({part.name, part.about,
                            run_comparison(part.plan, [&](const Progress& p) { line.show(p); })});
    line.end();
  }
  return result;
}

SuiteResult stored(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(fmt::format("{}: cannot be read", file.string()));
  try {
    return suite_from(nlohmann::json::parse(in), file.string());
  } catch (const nlohmann::json::exception& error) {
    throw Error(
        fmt::format("{}: found no whole JSON ({})", file.string(), printable(error.what())));
  }
}

ExitCode run(const Flags& flags) {
  if (flags.render) {
    require_writable_folder(flags.out);
    write_all(stored(*flags.render), flags.out);
    return ExitCode::done;
  }
  if (flags.quick == flags.full) {
    throw Error("bench: found " + std::string(flags.quick ? "both" : "none") +
                " of --quick and --full, expected one of them");
  }
  require_writable_folder(flags.out / "state");
  const SuiteResult result = measure(flags);
  write_file(flags.out / "bench.json", [&](auto& out) { out << to_json(result).dump() << '\n'; });
  write_all(result, flags.out);
  print(std::cout, result);
  std::filesystem::remove_all(flags.out / "state");
  std::cout << fmt::format("\npage, pictures and JSON: {}\n", flags.out.string());
  bool failed = false;
  for (const PartResult& part : result.parts) {
    for (const RowVerdict& row : part.comparison.judgement.rows) {
      if (row.label != Label::failed) continue;
      failed = true;
      std::cerr << fmt::format("reprise: {} {}: {}\n",
                               part.comparison.measurements.contenders[row.contender],
                               part.comparison.measurements.rows[row.row], row.error);
    }
  }
  return failed ? ExitCode::no : ExitCode::done;
}

}  // namespace

CLI::App* add_bench(CLI::App& app, ExitCode& code) {
  CLI::App* command =
      app.add_subcommand("bench", "which backend and how many threads, on this machine");
  const auto flags = std::make_shared<Flags>();
  command->option_defaults()->group("What is measured");
  command->add_flag("--quick", flags->quick, "the layers and the threads: below 3 minutes");
  command->add_flag("--full", flags->full, "everything: half an hour");
  command
      ->add_option_function<std::string>(
          "--time-budget",
          [flags](const std::string& text) {
            flags->budget = parse_duration(text, "--time-budget");
          },
          "for everything (default of --quick: 160s; of --full what its rounds take)")
      ->type_name("TIME");
  command->add_option("--rounds", flags->rounds, "of each part, at most (default: 16 or 24)")
      ->check(book::whole_number(1, 10000))
      ->type_name("N");
  command->add_option("--data", flags->data, "real, stand-in (default: real where the files are)")
      ->check(book::one_of({"real", "stand-in"}))
      ->type_name("NAME");
  book::add_data_dir(*command, flags->data_dir);
  command->option_defaults()->group("What is shown and kept");
  command
      ->add_option("--out", flags->out,
                   "folder of bench.json, README.md, layers.svg, roofline.svg (default: "
                   "build/bench)")
      ->type_name("DIR");
  command->add_flag("--resume", flags->resume, "go on with the rounds of an interrupted run there");
  command
      ->add_option("--render", flags->render, "measure nothing: page and pictures of a bench.json")
      ->type_name("FILE");
  command->add_flag("--quiet", flags->quiet, "no progress");
  command->footer(
      "\nExamples:\n  reprise bench --quick\n  reprise bench --full --out full\n"
      "  reprise bench --render results/machines/amd-epyc/bench/bench.json --out page\n");
  command->callback([flags, &code] { code = run(*flags); });
  return command;
}

}  // namespace reprise::tool
