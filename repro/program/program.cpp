#include "repro/program/program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "cli/run_main.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/download_bar.hpp"
#include "reprise/record/process_times.hpp"
#include "repro/catalogue.hpp"
#include "repro/program/catalogue_text.hpp"
#include "repro/program/flags.hpp"
#include "repro/program/session.hpp"
#include "repro/provenance.hpp"
#include "repro/references/check.hpp"
#include "repro/references/table.hpp"

namespace reprise::book {

namespace {

// Prints the verdicts, and returns whether every check held. In a sweep it prints only the checks
// that failed, and how many held.
bool check_runs(const std::vector<RunRecord>& runs, const Flags& flags, std::ostream& out) {
  const bool is_sweep = flags.seeds.has_value();
  std::size_t held = 0;
  for (const RunRecord& run : runs) {
    const CheckResult verdict = check_run(run, *flags.check);
    held += verdict.held;
    if (is_sweep && verdict.held) continue;
    out << fmt::format("{} {}\n",
                       !verdict.held      ? "FAILED"
                       : verdict.compared ? "ok    "
                                          : "-     ",
                       verdict_line(run, verdict));
    if (flags.verbose && !verdict.details.empty()) out << "       " << verdict.details << '\n';
  }
  if (is_sweep) out << fmt::format("{} of {} checks held\n", held, runs.size());
  return held == runs.size();
}

// Prints the tables and verdicts that were asked for, and returns whether every check held.
bool report_runs(const std::vector<RunRecord>& runs, const Flags& flags, const Output& output) {
  if (output.text != nullptr && (flags.seeds || flags.check)) {
    *output.text << '\n';
    (flags.seeds ? print_spread : print_table)(*output.text, runs, flags.check.value_or(""));
  }
  if (!flags.check) return true;
  std::ostringstream verdicts;
  const bool held = check_runs(runs, flags, verdicts);
  if (output.text != nullptr) {
    *output.text << '\n' << verdicts.str();
  } else if (!held) {
    std::cerr << verdicts.str();
  }
  return held;
}

void show_sample(const Section& section, const Flags& flags, DatasetCache& datasets,
                 Output output) {
  Runtime runtime(flags.runtime_options());
  RunRecord unused;
  output.text = &std::cout;
  Run run(runtime, datasets, output, unused);
  section.show_sample(run, static_cast<std::size_t>(*flags.sample));
}

// Rejects directories that cannot be read or written before anything is computed.
void require_directories(const Flags& flags) {
  if (flags.check && !std::filesystem::is_directory(*flags.check / "keras")) {
    throw Error(
        fmt::format("--check: found no directory keras/ in '{}', expected the directory results/",
                    flags.check->string()));
  }
  if (!flags.plot_dir) return;
  if (!gnuplot_is_there()) {
    throw Error("--plot-dir: found no gnuplot that works, expected the package gnuplot-nox",
                ExitCode::missing);
  }
  require_writable_folder(*flags.plot_dir);
}

ExitCode run_program(const Section& section, int argc, char** argv, const ProcessClock& clock) {
  const auto [flags, finished] = parse_flags(section, argc, argv);
  if (finished) return ExitCode::done;
  if (flags.list) {
    print_section(std::cout, section);
    return ExitCode::done;
  }
  const Output output{flags.quiet ? nullptr : &std::cout, isatty(STDOUT_FILENO) == 1,
                      flags.plot_dir};
  CacheOptions cache_options = flags.data;
  DownloadBar bar(std::cout, output.terminal);
  if (!flags.quiet) cache_options.observer = [&](const auto& status) { bar.show(status); };
  const KerasCache cache(cache_options);
  DatasetCache datasets(cache);
  const auto say_standin = [&flags = flags] {
    if (flags.data.standin) (flags.quiet ? std::cerr : std::cout) << kStandinNote << '\n';
  };
  if (flags.sample) {
    say_standin();
    show_sample(section, flags, datasets, output);
    return ExitCode::done;
  }
  require_directories(flags);
  Session session(section, flags, datasets, output, clock);
  say_standin();
  session.run();

  const bool held = report_runs(session.runs(), flags, output);
  session.require_figures();
  return held ? ExitCode::done : ExitCode::no;
}

}  // namespace

int section_main(std::string_view program, int argc, char** argv) {
  const ProcessClock clock;
  return cli::run_main(program,
                       [&] { return run_program(find_section(program), argc, argv, clock); });
}

}  // namespace reprise::book
