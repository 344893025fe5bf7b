// The program replay: replays notebooks run on Keras 2.0.8 to 2.2.4 from their session scripts.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <ranges>

#include "cli/install_paths.hpp"
#include "cli/output_files.hpp"
#include "cli/run_main.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/record/download_bar.hpp"
#include "repro/provenance.hpp"
#include "repro/references/reference_runs.hpp"
#include "repro/replay/flags.hpp"
#include "repro/replay/report.hpp"
#include "repro/replay/script_file.hpp"

namespace reprise::replay {

namespace {

// A fit, the folds of an experiment or a baseline that is to be computed, and its log.
struct Wanted {
  std::string name;
  std::shared_ptr<Log> log;  // null if there is none
};

std::string group_of(const std::string& fit) { return fit.substr(0, fit.find('.')); }

// Returns the names of the fits and baselines of a script; folds appear under the name of their
// experiment. If `compared`, fits with compare=no are left out.
std::vector<std::string> names_in(const Script& script, bool compared) {
  std::vector<std::string> names;
  for (const Cell& cell : script.cells) {
    std::string name;
    if (const auto* fit = std::get_if<FitCell>(&cell.action)) {
      if (fit->compare || !compared) name = group_of(fit->name);
    } else if (const auto* baseline = std::get_if<BaselineCell>(&cell.action)) {
      name = baseline->name;
    }
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

bool has_name(const Script& script, const std::string& name) {
  const auto names = names_in(script, false);
  if (std::ranges::find(names, name) != names.end()) return true;
  return std::ranges::any_of(script.cells, [&](const Cell& cell) {
    const auto* fit = std::get_if<FitCell>(&cell.action);
    return fit != nullptr && fit->name == name;
  });
}

// Returns the other scripts of the collection with a fit of that name, for the same section and
// Keras, such as the one for the 9 epochs of Reuters in the printed book beside the notebook's 8.
std::vector<Script> siblings(const Script& script, const std::string& name) {
  std::vector<Script> found;
  const std::string notebook = script.id.substr(0, script.id.find('-'));
  for (Script& other : list_scripts()) {
    if (other.id != script.id && other.id.starts_with(notebook + "-") &&
        other.keras == script.keras && other.gpu_threads == script.gpu_threads &&
        has_name(other, name)) {
      found.push_back(std::move(other));
    }
  }
  return found;
}

// Throws Error if the script has no fit of that name. A script of the collection is replaced, with
// a message, by its only sibling that has the fit.
void require_name(const std::string& name, const std::string& where, Script& script) {
  if (has_name(script, name)) return;
  const bool of_collection = script.file == script.id + ".script";
  const auto others = of_collection ? siblings(script, name) : std::vector<Script>{};
  if (others.size() != 1) {
    throw Error(fmt::format("{}: {} has no fit of that name: {}", where, script.file,
                            unknown_name(printable(name), names_in(script, false))));
  }
  std::cout << fmt::format("{} has no fit {}; using {} instead\n", script.id, name, others[0].id);
  script = others[0];
}

// Returns the log that the script names, or null: `log=readers` is the folder
// results/replay/readers with a file for each fit, any other name an entry of results/book.
std::shared_ptr<Log> own_log(const Script& script, const std::string& name) {
  const auto results = cli::install_results();
  if (script.log.empty() || !results) return {};
  const auto folder = *results / "replay" / script.log;
  const bool is_folder = std::filesystem::is_directory(folder);
  const auto file = (is_folder ? folder : *results / "book") / (name + ".json");
  if (!std::filesystem::exists(file)) return {};
  return std::make_shared<Log>(read_log(file, script.log));
}

// Returns the fits that the log may belong to by its length and its columns.
std::vector<Wanted> possible_fits(const std::shared_ptr<Log>& log, const Script& script) {
  std::vector<Wanted> all;
  std::string first_reason;
  for (const std::string& name : names_in(script, false)) {
    try {
      check_lengths(name, *log, script);
      all.push_back({name, log});
    } catch (const Error& error) {
      if (first_reason.empty()) first_reason = error.what();
    }
  }
  if (all.empty()) {
    throw Error(fmt::format("{}: fits none of {}; {}", log->file,
                            fmt::join(names_in(script, false), ", "), first_reason));
  }
  return all;
}

// Keeps the comparison with the most equal values, for a log that names no experiment.
void keep_nearest(std::vector<Comparison>& comparisons, std::ostream& out) {
  if (comparisons.size() < 2) return;
  const auto equal = [](const Comparison& c) { return c.epochs().equal + c.evaluations().equal; };
  const auto nearest = std::ranges::max_element(comparisons, {}, equal);
  out << fmt::format("the log names no experiment; of {} it is nearest to {}\n",
                     fmt::join(comparisons | std::views::transform(&Comparison::name), ", "),
                     nearest->name);
  comparisons = {std::move(*nearest)};
}

std::vector<Wanted> wanted_of(Script& script, const Flags& flags) {
  std::vector<Wanted> all;
  if (flags.against) {
    auto log = std::make_shared<Log>(
        read_log(*flags.against, script.log.empty() ? "notebook" : script.log));
    if (!flags.cell && log->experiment.empty()) return possible_fits(log, script);
    const std::string name = flags.cell.value_or(log->experiment);
    require_name(name, flags.cell ? "--cell" : log->file + ": experiment", script);
    all.push_back({name, std::move(log)});
  } else if (flags.cell) {
    require_name(*flags.cell, "--cell", script);
    all.push_back({*flags.cell, own_log(script, *flags.cell)});
  } else {
    for (const std::string& name : names_in(script, true)) {
      all.push_back({name, own_log(script, name)});
    }
  }
  for (Wanted& wanted : all) {
    if (flags.data.standin) wanted.log = nullptr;  // logs of real data say nothing about them
    if (wanted.log) check_lengths(wanted.name, *wanted.log, script);
  }
  return all;
}

std::vector<Comparison> computed(const ScriptPlan& plan, const Script& script,
                                 const std::vector<Wanted>& wanted, const Arithmetic& arithmetic,
                                 int threads) {
  const auto results = run_plan(
      plan, script,
      [&](const std::string& fit) {
        return std::ranges::any_of(wanted,
                                   [&](const Wanted& w) { return belongs_to(fit, w.name); });
      },
      arithmetic, threads);
  std::vector<Comparison> comparisons;
  for (const Wanted& w : wanted) {
    std::vector<FitResult> own;
    std::vector<BaselineResult> baselines;
    std::ranges::copy_if(results, std::back_inserter(own),
                         [&](const FitResult& o) { return belongs_to(o.name, w.name); });
    std::ranges::copy_if(plan.baselines, std::back_inserter(baselines),
                         [&](const BaselineResult& b) { return b.name == w.name; });
    comparisons.push_back(compare(w.name, w.log.get(), std::move(own), std::move(baselines), script,
                                  std::string(arithmetic.name)));
  }
  return comparisons;
}

void print_list(std::ostream& out) {
  for (const Script& script : list_scripts()) {
    out << fmt::format("{:<22} Keras {}{:<8} {}\n", script.id, script.keras.text(),
                       script.gpu_threads > 0 ? " on GPU" : "", script.title);
    out << fmt::format("{:<22} fits: {}\n", "", fmt::join(names_in(script, false), ", "));
  }
}

// Prints a line such as "all: 168 of 172 printed values are equal".
void print_total(std::ostream& out, const std::vector<Comparison>& comparisons) {
  Count total;
  for (const Comparison& c : comparisons) {
    for (const Count& count : {c.epochs(), c.evaluations()}) {
      total.equal += count.equal;
      total.of += count.of;
    }
  }
  if (total.of > 0) out << fmt::format("all: {} printed values are equal\n", total.text());
}

void print_siblings(std::ostream& out, const Script& script, const std::string& name) {
  if (script.file != script.id + ".script") return;
  for (const Script& other : siblings(script, name)) {
    out << fmt::format("{} also has {}, after other cells\n", other.id, name);
  }
}

ExitCode run(int argc, char** argv) {
  const auto [flags, finished] = parse_flags(argc, argv);
  if (finished) return ExitCode::done;
  if (flags.list) {
    print_list(std::cout);
    return ExitCode::done;
  }
  std::vector<Script> scripts;
  std::vector<std::vector<Wanted>> wanted;
  for (const std::string& name : flags.scripts) {
    scripts.push_back(find_script(name));
    wanted.push_back(wanted_of(scripts.back(), flags));
  }
  std::vector<std::filesystem::path> inputs(flags.scripts.begin(), flags.scripts.end());
  if (flags.against) inputs.push_back(*flags.against);
  cli::require_own_files({{"--record", flags.record}}, inputs);
  std::optional<FileLock> alone;  // no other process may write the record
  if (flags.record) {
    const AtomicFile probe(*flags.record);
    alone.emplace(*flags.record);
  }
  if (flags.data.standin) std::cout << book::kStandinNote << '\n';

  CacheOptions cache_options = flags.data;
  DownloadBar bar(std::cout, isatty(STDOUT_FILENO) == 1);
  if (!flags.quiet) cache_options.observer = [&](const auto& status) { bar.show(status); };
  const KerasCache cache(cache_options);
  const int threads = flags.threads.value_or(default_threads());
  std::vector<Replayed> replays;
  bool equal = true;
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    const Script& script = scripts[i];
    const Stopwatch watch;
    DataSets data(cache);
    const ScriptPlan plan = plan_script(script, data);
    std::string mark;
    for (const DataRecord& record : data.records()) mark = book::provenance_prefix(record);
    std::cout << fmt::format("{}{}, Keras {}: {}\n", mark, script.id, script.keras.text(),
                             script.title);
    auto comparisons = computed(plan, script, wanted[i], kPinned, threads);
    if (flags.against) keep_nearest(comparisons, std::cout);
    for (const Comparison& comparison : comparisons) {
      if (!flags.quiet) print_values(std::cout, comparison, script);
      equal &= comparison.equal();
    }
    for (const Comparison& comparison : comparisons) {
      std::cout << mark << verdict(comparison) << '\n';
    }
    print_total(std::cout, comparisons);
    if (flags.against && !equal) print_siblings(std::cout, script, wanted[i].front().name);
    if (flags.variants) {
      std::cout << fmt::format(
          "variants with other sums than the replay ({}), without effect on the result:\n",
          kPinned.name);
      for (const Arithmetic& arithmetic : kVariants) {
        for (Comparison& c : computed(plan, script, wanted[i], arithmetic, threads)) {
          std::cout << fmt::format("  {}: {}\n", arithmetic.name, verdict(c));
          comparisons.push_back(std::move(c));
        }
      }
    }
    std::cout << std::flush;
    replays.push_back({script, data.records(), std::move(comparisons), watch.seconds()});
  }
  if (flags.record) write_record(*flags.record, replays);
  return equal ? ExitCode::done : ExitCode::no;
}

}  // namespace

}  // namespace reprise::replay

int main(int argc, char** argv) {
  reprise::cli::prepare_process();
  return reprise::cli::run_main("replay", [&] { return reprise::replay::run(argc, argv); });
}
