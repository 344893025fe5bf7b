#include "bench/harness/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <sstream>

#include "bench/harness/google_flags.hpp"
#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::bench {

namespace {

// A flag that takes a list with commas; `take` throws for what it does not know.
template <class Take>
void add_list(CLI::App& app, const std::string& flag, const std::string& about, Take take) {
  app.add_option_function<std::string>(
         flag,
         [=](const std::string& text) {
           const auto parts = cli::split_list(text);
           if (parts.empty()) throw Error(fmt::format("{}: found nothing, expected a list", flag));
           for (const auto& part : parts) take(part);
         },
         about)
      ->type_name("LIST");
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

Peaks parse_peaks(const std::string& text) {
  Peaks peaks;
  std::istringstream in(text);
  char comma = 0, more = 0;
  if (!(in >> peaks.gflops >> comma >> peaks.gbytes) || comma != ',' || in >> more ||
      !(peaks.gflops > 0) || !(peaks.gbytes > 0)) {
    throw Error(fmt::format("--peaks: found '{}', expected two numbers above 0: GFLOP/s,GB/s",
                            printable(text)));
  }
  return peaks;
}

int parse_threads(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > 1024) {
    throw Error(fmt::format("--threads: found '{}', expected whole numbers from 1 to 1024",
                            printable(text)));
  }
  return value;
}

void add_defaults(Options& options) {
  options.backends_given = !options.backends.empty();
  options.threads_given = !options.threads.empty();
  if (options.backends.empty()) {
    for (const BackendInfo& backend : backends()) {
      if (backend.unavailable_reason.empty()) options.backends.emplace_back(backend.name);
    }
  }
  if (options.threads.empty()) {
    options.threads = {1};
    if (available_cpus() > 1) options.threads.push_back(available_cpus());
  }
}

}  // namespace

Options parse_options(std::vector<std::string>& arguments, const std::string& program,
                      const std::string& about) {
  Options options;
  CLI::App app(about, program);
  app.allow_extras();
  app.set_help_flag();
  bool help = false;
  app.add_flag("--help,-h", help, "this page, then Google Benchmark's flags")->group("Help");
  app.option_defaults()->group("Rows (each flag's values multiply them)");
  add_list(
      app, "--backend", "who computes (default: all that can be used here)",
      [&](const std::string& name) { options.backends.emplace_back(usable_backend(name).name); });
  add_list(app, "--threads", "1 to 1024 (default: 1 and all that this process may use)",
           [&](const std::string& text) { options.threads.push_back(parse_threads(text)); });
  add_list(app, "--dtype", "float32, float64 (default: float32)", [&](const std::string& name) {
    if (!std::exchange(options.dtypes_given, true)) options.dtypes.clear();
    options.dtypes.push_back(
        pick<Dtype>("--dtype", name, {{"float32", Dtype::float32}, {"float64", Dtype::float64}}));
  });
  add_list(app, "--cache",
           "warm: one call after another; cold: caches emptied before each (default: warm)",
           [&](const std::string& name) {
             if (!std::exchange(options.caches_given, true)) options.caches.clear();
             options.caches.push_back(
                 pick<Cache>("--cache", name, {{"warm", Cache::warm}, {"cold", Cache::cold}}));
           });
  // which there are the subject tells when it registers its rows (requests.hpp)
  add_list(app, "--case", "imdb_1, reuters_2, ... (default: all)",
           [&](const std::string& name) { options.cases.push_back(name); });
  app.add_option_function<std::string>(
         "--data",
         [&](const std::string& name) {
           options.standin = pick<bool>("--data", name, {{"real", false}, {"stand-in", true}});
           options.data_given = true;
         },
         "real, stand-in (default: real where Keras's files are there)")
      ->type_name("NAME");
  cli::add_data_dir(app, options.data_dir);
  app.add_option("--isa", options.isa, "instruction set of openmp's kernels")->type_name("NAME");
  app.add_option_function<std::string>(
         "--peaks", [&](const std::string& text) { options.peaks = parse_peaks(text); },
         "GFLOP/s and GB/s that rows are a percentage of (default: sgemm and triad, measured)")
      ->type_name("F,B");

  // taken out before this (program.cpp), since its settings become the flags above
  app.add_option("--row", "just the row of this name, as results have it")->type_name("NAME");

  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend() - 1);
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    throw Error(printable(error.what()));
  }
  if (help) std::cout << app.help() << "\nGoogle Benchmark's flags:\n\n" << std::flush;
  std::vector<std::string> rest = app.remaining();
  for (const std::string& argument : rest) {
    if (argument.starts_with("--v=")) continue;
    std::vector<std::string> known = google_flags();
    if (argument.starts_with("--benchmark_")) {
      check_google_flag(argument);
      continue;
    }
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
    throw cli::unknown_flag(argument, known);
  }
  if (help) rest.insert(rest.begin(), "--help");
  rest.insert(rest.begin(), arguments.front());
  arguments = std::move(rest);
  add_defaults(options);
  return options;
}

}  // namespace reprise::bench
