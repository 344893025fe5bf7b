#include "bench/harness/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "cli/arguments.hpp"
#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::bench {

namespace {

// Adds a flag that takes a comma-separated list. `take` is called with each item and throws for
// unknown ones.
template <class Take>
void add_list(CLI::App& app, const std::string& flag, const std::string& about, Take take) {
  cli::add_text(
      app, flag,
      [=](const std::string& text) {
        for (const auto& part : cli::split_list(text)) take(part);
      },
      "LIST", about);
}

template <class Value>
auto pick(const std::string& flag, const std::string& name,
          const std::vector<std::pair<std::string, Value>>& known) {
  std::vector<std::string> names;
  for (const auto& [key, value] : known) {
    if (key == name) return value;
    names.push_back(key);
  }
  throw Error(fmt::format("{}: {}", flag, unknown_name(name, names)));
}

Peaks parse_peaks(const std::string& text, const std::string& flag) {
  const auto parts = cli::split_list(text);
  if (parts.size() == 2) {
    const auto gflops = cli::parse_positive(parts[0], 1e9);
    const auto gbytes = cli::parse_positive(parts[1], 1e9);
    if (gflops && gbytes) return {.gflops = *gflops, .gbytes = *gbytes};
  }
  throw Error(fmt::format("{}: found '{}', expected two numbers above 0, at most 1e9: GFLOP/s,GB/s",
                          flag, printable(text)));
}

std::vector<std::string> isa_names() {
  std::vector<std::string> names;
  for (const auto& isa : isas()) names.emplace_back(isa.name);
  return names;
}

int parse_threads(const std::string& text) {
  const auto value = cli::parse_whole(text, 1, 1024);
  if (value && *value > thread_limit().value_or(1024)) {
    throw Error(
        fmt::format("--threads: asked for {}, OMP_THREAD_LIMIT allows {}", *value, *thread_limit()),
        ExitCode::missing);
  }
  if (value) return static_cast<int>(*value);
  throw Error(
      fmt::format("--threads: found '{}', expected whole numbers from 1 to 1024", printable(text)));
}

void require_one_blas(const Options& options) {
  std::string found;
  for (const std::string& name : options.backends) {
    if (!find_backend(name).is_blas || name == found) continue;
    if (!found.empty()) {
      throw Error(
          fmt::format("--backend: found {} and {}, expected one BLAS, because a process can "
                      "load only one",
                      printable(found), printable(name)));
    }
    found = name;
  }
}

void add_defaults(Options& options) {
  require_one_blas(options);
  options.backends_given = !options.backends.empty();
  options.threads_given = !options.threads.empty();
  if (options.backends.empty()) {
    for (const BackendInfo& backend : default_backends()) {
      options.backends.emplace_back(backend.name);
    }
  }
  if (options.threads.empty()) {
    options.threads = {1};
    if (default_threads() > 1) options.threads.push_back(default_threads());
  }
}

// The flags of all versions of Google Benchmark from 1.7 on. It ignores flags that it does not
// know, so we refuse them.
const std::vector<std::string> kGoogleFlags{"--benchmark_list_tests",
                                            "--benchmark_filter",
                                            "--benchmark_min_time",
                                            "--benchmark_min_warmup_time",
                                            "--benchmark_repetitions",
                                            "--benchmark_dry_run",
                                            "--benchmark_enable_random_interleaving",
                                            "--benchmark_report_aggregates_only",
                                            "--benchmark_display_aggregates_only",
                                            "--benchmark_format",
                                            "--benchmark_out",
                                            "--benchmark_out_format",
                                            "--benchmark_color",
                                            "--benchmark_counters_tabular",
                                            "--benchmark_context",
                                            "--benchmark_perf_counters",
                                            "--benchmark_time_unit"};

// Google Benchmark itself prints its help and exits with 0 for such values of these flags, or with
// 1 for a file that it cannot write.
void refuse_unusable_value(const std::string& flag, const std::string& value) {
  const std::vector<std::string> formats{"console", "json", "csv"}, units{"ns", "us", "ms", "s"};
  const bool is_format = flag == "--benchmark_format" || flag == "--benchmark_out_format";
  if (is_format || flag == "--benchmark_time_unit") {
    const std::vector<std::string>& known = is_format ? formats : units;
    if (std::ranges::find(known, value) == known.end()) {
      throw Error(fmt::format("{}: {}", flag, unknown_name(value, known)));
    }
  }
  if (flag == "--benchmark_repetitions" && (value == "0" || value.starts_with('-'))) {
    throw Error(fmt::format("{}: found '{}', expected a whole number above 0", flag, value));
  }
  if (flag == "--benchmark_out" && !value.empty()) {
    try {
      const AtomicFile probe(value);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", flag, error.what()));
    }
  }
}

// Throws Error for an argument that is neither our flag nor Google Benchmark's.
void refuse_unknown_flag(const std::string& argument, const CLI::App& app) {
  const std::string flag = argument.substr(0, argument.find('='));
  if (flag == "--v") return;
  if (std::ranges::find(kGoogleFlags, flag) != kGoogleFlags.end()) {
    return refuse_unusable_value(flag, argument.substr(std::min(flag.size() + 1, argument.size())));
  }
  std::vector<std::string> known = kGoogleFlags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  throw cli::unknown_flag(argument, known);
}

}  // namespace

Options parse_options(std::vector<std::string>& arguments, const std::string& program,
                      const std::string& about) {
  Options options;
  CLI::App app(about, program);
  app.set_help_flag();
  bool help = false;
  app.add_flag("--help,-h", help, "print these flags and those of Google Benchmark")->group("Help");
  app.option_defaults()->group(
      "Which benchmarks run (every combination of the values of these flags)");
  add_list(
      app, "--backend", "backends to time, e.g. openmp,onednn (default: all that can be used here)",
      [&](const std::string& name) { options.backends.emplace_back(usable_backend(name).name); });
  add_list(
      app, "--threads",
      fmt::format("numbers of threads, each from 1 to 1024 (default: 1 and what affinity mask, "
                  "cgroup and OMP_* variables allow, here {})",
                  default_threads()),
      [&](const std::string& text) { options.threads.push_back(parse_threads(text)); });
  add_list(app, "--dtype", "types of the numbers: float32, float64 (default: float32)",
           [&](const std::string& name) {
             if (!std::exchange(options.dtypes_given, true)) options.dtypes.clear();
             options.dtypes.push_back(pick<Dtype>(
                 "--dtype", name, {{"float32", Dtype::float32}, {"float64", Dtype::float64}}));
           });
  add_list(app, "--cache",
           "state of the caches: warm: left by the previous run; cold: flushed before each run "
           "(default: warm)",
           [&](const std::string& name) {
             if (!std::exchange(options.caches_given, true)) options.caches.clear();
             options.caches.push_back(
                 pick<Cache>("--cache", name, {{"warm", Cache::warm}, {"cold", Cache::cold}}));
           });
  // check_requests() checks the names, since each program registers its own cases
  add_list(app, "--case", "cases to time, e.g. imdb_1,reuters_2 (default: all)",
           [&](const std::string& name) { options.cases.push_back(name); });
  OwnFlags own;
  add_own_flags(app, own);
  app.option_defaults()->group(
      "Which benchmarks run (every combination of the values of these flags)");
  cli::add_text(
      app, "--data",
      [&](const std::string& name) {
        options.standin = pick<bool>("--data", name, {{"real", false}, {"stand-in", true}});
        options.data_given = true;
      },
      "NAME", "data to time on: real, stand-in (default: real if Keras's files are there)");
  cli::add_data_dir(app, options.data_dir);
  cli::add_value(app, "--isa", options.isa, "NAME",
                 "instruction set of openmp's kernels (default: the best one of this CPU)")
      ->check(cli::one_of(isa_names()));
  app.add_flag("--unverified", options.unverified,
               "time primitives without comparing their results with the reference's, which takes "
               "most of the time of a short run");
  cli::add_value(app, "--kept", options.kept, "DIR",
                 "keep in this directory which results were compared with the reference's, and the "
                 "samples of the layers, and do neither again; for many short runs");
  cli::add_parsed(app, "--peaks", options.peaks, parse_peaks, "F,B",
                  "peak rates in GFLOP/s and GB/s, to which percentages refer (default: measured "
                  "once for this machine and kept in "
                  "~/.cache/reprise)");
  // take_benchmark_name() has removed it by now; it is here for --help
  cli::add_text(
      app, "--row", [](const std::string&) {}, "NAME",
      "run only the benchmark with this name, as in the results");

  const auto taken = cli::take_arguments(app, {arguments.begin() + 1, arguments.end()});
  try {
    app.parse(std::vector<std::string>());
  } catch (const CLI::ParseError& error) {
    throw Error(printable(error.what()));
  }
  if (help) std::cout << app.help() << "\nGoogle Benchmark's flags:\n\n" << std::flush;
  std::vector<std::string> rest = taken.unknown;
  for (const std::string& argument : rest) refuse_unknown_flag(argument, app);
  if (help) rest.insert(rest.begin(), "--help");
  rest.insert(rest.begin(), arguments.front());
  arguments = std::move(rest);
  find_isa(options.isa);  // throws for one that this processor lacks
  add_defaults(options);
  options.own = own_cases(own);
  if (!options.kept.empty()) require_writable_folder(options.kept);
  return options;
}

}  // namespace reprise::bench
