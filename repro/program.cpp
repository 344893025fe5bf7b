#include "program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "catalogue.hpp"
#include "check.hpp"
#include "command_line.hpp"
#include "editions.hpp"
#include "flags.hpp"
#include "listing.hpp"
#include "origin.hpp"
#include "record_plan.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/download_bar.hpp"
#include "reprise/record/environment.hpp"
#include "reprise/record/run_file.hpp"
#include "runner.hpp"
#include "sweep.hpp"
#include "table.hpp"

namespace reprise::book {

namespace {

using nlohmann::json;

std::vector<Task> tasks_of(const Section& section, const Flags& flags) {
  const SeedRange seeds = flags.seeds.value_or(SeedRange{flags.seed, flags.seed});
  std::vector<Task> tasks;
  for (const Experiment* experiment : flags.chosen(section)) {
    const Settings settings = flags.settings_of(*experiment);
    for (std::int64_t seed = seeds.first; seed <= seeds.last; ++seed) {
      ProcessOptions process = flags.process_options();
      process.seed = static_cast<std::uint32_t>(seed);
      tasks.push_back({&section, experiment, flags.edition.value_or(home_edition(*experiment)),
                       settings, process});
    }
  }
  return tasks;
}

// The tasks, the record that they fill, and what is done of both.
class Session {
 public:
  Session(const Section& section, const Flags& flags, Shelf& shelf, const Output& output)
      : section_(section),
        flags_(flags),
        shelf_(shelf),
        output_(output),
        tasks_(tasks_of(section, flags)) {
    if (!flags.record) return;
    file_.emplace(*flags.record, fmt::format("{} {}", section.program, version_line()));
    if (flags.resume) take_up_record();
  }

  void run() {
    if (flags_.resume) {
      say(fmt::format("{}: {} of {} runs are there", flags_.record->string(), done_.size(),
                      tasks_.size()));
    }
    if (flags_.seeds) {
      run_all_at_once();
    } else {
      run_one_by_one();
    }
  }

  // All runs in the order of the tasks.
  std::vector<json> runs() const {
    std::vector<json> all;
    for (const auto& [place, run] : done_) all.push_back(run);
    return all;
  }

 private:
  void take_up_record() {
    DataFiles files(shelf_.cache());
    files.find(std::string(section_.data));
    RecordPlan plan = plan_from(*flags_.record, tasks_, files.record());
    done_ = std::move(plan.done);
    for (const auto& [place, run] : done_) file_->add(place, run);
    for (std::size_t i = 0; i < plan.others.size(); ++i) {
      file_->add(tasks_.size() + i, plan.others[i]);
    }
  }

  void keep(std::size_t place, const RunRecord& run) {
    done_[place] = to_json(run);
    if (!file_) return;
    file_->add(place, done_[place]);
    file_->write();
  }

  void run_one_by_one() {
    const bool alone = done_.empty();
    std::vector<RunRecord> records;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (done_.contains(i)) continue;
      records.push_back(run_task(tasks_[i], shelf_, output_));
      keep(i, records.back());
      if (flags_.parting) {
        std::cout << mark_of(records.back().data) << describe_parting(tasks_[i], shelf_) << '\n';
      }
    }
    if (file_ && alone) {
      file_->add_peak_memory();
      file_->write();
    }
    draw_comparisons(records);
  }

  void draw_comparisons(const std::vector<RunRecord>& records) {
    if (section_.comparisons == nullptr || records.empty()) return;
    Process process;
    RunRecord unused;
    unused.data = records.front().data;
    const Run run(process, shelf_, output_, unused);
    for (const Figure& figure : section_.comparisons(records)) run.draw(figure);
  }

  void run_all_at_once() {
    std::vector<Task> left;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (done_.contains(i)) continue;
      left.push_back(tasks_[i]);
      places.push_back(i);
    }
    const int workers = flags_.available_threads();
    say(fmt::format("{}{} runs of {}, seeds {} to {}, {} at a time on one thread each",
                    shelf_.standin() ? "STAND-IN: " : "", left.size(), section_.program,
                    flags_.seeds->first, flags_.seeds->last, workers));
    sweep(left, shelf_, {workers, output_.words, output_.terminal},
          [&](std::size_t i, const RunRecord& run) { keep(places[i], run); });
    if (file_ && left.empty()) file_->write();
  }

  void say(const std::string& line) const {
    if (output_.words != nullptr) *output_.words << line << '\n';
  }

  const Section& section_;
  const Flags& flags_;
  Shelf& shelf_;
  const Output& output_;
  std::vector<Task> tasks_;
  std::optional<RunFile> file_;
  std::map<std::size_t, json> done_;  // by place among the tasks
};

// The verdicts; true if every check held. Of many runs only those that failed, and how many held.
bool check_runs(const std::vector<json>& runs, const std::filesystem::path& results, bool many,
                std::ostream& out) {
  std::size_t held = 0;
  for (const json& run : runs) {
    const Verdict verdict = check_run(run, results);
    held += verdict.held;
    if (many && verdict.held) continue;
    out << fmt::format("{} {}{}: {}\n",
                       !verdict.held      ? "FAILED"
                       : verdict.compared ? "ok    "
                                          : "-     ",
                       run.at("experiment").get<std::string>(),
                       many ? " seed " + run.at("seed").dump() : "", verdict.line);
  }
  if (many) out << fmt::format("{} of {} checks held\n", held, runs.size());
  return held == runs.size();
}

void show_sample(const Section& section, const Flags& flags, Shelf& shelf, Output output) {
  Process process(flags.process_options());
  RunRecord unused;
  output.words = &std::cout;
  Run run(process, shelf, output, unused);
  section.show_sample(run, static_cast<std::size_t>(*flags.sample));
}

// What cannot be read or written is found out before anything is computed.
void require_places(const Flags& flags) {
  if (flags.check && !std::filesystem::is_directory(*flags.check / "keras")) {
    throw Error(fmt::format("--check: found no folder keras/ in '{}', expected the folder results/",
                            flags.check->string()));
  }
  if (!flags.plot_dir) return;
  if (!gnuplot_is_there()) {
    throw Error("--plot-dir: gnuplot not found, expected the package gnuplot-nox",
                ExitCode::missing);
  }
  require_writable_folder(*flags.plot_dir);
}

ExitCode run_program(const Section& section, int argc, char** argv) {
  const auto [flags, finished] = parse_flags(section, argc, argv);
  if (finished) return ExitCode::done;
  if (flags.list) {
    print_section(std::cout, section);
    return ExitCode::done;
  }
  const Output output{flags.quiet ? nullptr : &std::cout, isatty(STDOUT_FILENO) == 1,
                      flags.plot_dir};
  CacheOptions cache_options = flags.cache_options();
  DownloadBar bar(std::cout, output.terminal);
  if (!flags.quiet) cache_options.observer = [&](const auto& status) { bar.show(status); };
  const DataCache cache(cache_options);
  Shelf shelf(cache);
  const auto say_standin = [&flags = flags] {
    if (flags.standin) (flags.quiet ? std::cerr : std::cout) << kStandinNote << '\n';
  };
  if (flags.sample) {
    say_standin();
    show_sample(section, flags, shelf, output);
    return ExitCode::done;
  }
  require_places(flags);
  Session session(section, flags, shelf, output);
  say_standin();
  session.run();

  const std::vector<json> runs = session.runs();
  const bool many = flags.seeds.has_value();
  const auto results = flags.check.value_or("");
  if (output.words != nullptr && (many || flags.check)) {
    *output.words << '\n';
    (many ? print_spread : print_table)(*output.words, runs, results);
  }
  if (!flags.check) return ExitCode::done;
  std::ostringstream verdicts;
  const bool held = check_runs(runs, results, many, verdicts);
  if (output.words != nullptr) {
    *output.words << '\n' << verdicts.str();
  } else if (!held) {
    std::cerr << verdicts.str();
  }
  return held ? ExitCode::done : ExitCode::no;
}

}  // namespace

int section_main(std::string_view program, int argc, char** argv) {
  return run_main(program, [&] { return run_program(find_section(program), argc, argv); });
}

}  // namespace reprise::book
