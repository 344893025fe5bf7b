#include "repro/program/session.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>

#include "reprise/record/environment.hpp"
#include "repro/editions.hpp"
#include "repro/program/resume.hpp"
#include "repro/program/sweep.hpp"
#include "repro/provenance.hpp"

namespace reprise::book {

namespace {

std::vector<Task> tasks_of(const Section& section, const Flags& flags) {
  const SeedRange seeds = flags.seeds.value_or(SeedRange{flags.seed, flags.seed});
  std::vector<Task> tasks;
  for (const Experiment* experiment : flags.chosen(section)) {
    const Settings settings = flags.settings_of(*experiment);
    for (std::int64_t seed = seeds.first; seed <= seeds.last; ++seed) {
      RuntimeOptions runtime = flags.runtime_options();
      runtime.seed = static_cast<std::uint32_t>(seed);
      tasks.push_back({&section, experiment,
                       flags.edition.value_or(first_edition_with(*experiment)), settings, runtime});
    }
  }
  return tasks;
}

}  // namespace

Session::Session(const Section& section, const Flags& flags, DatasetCache& datasets,
                 const Output& output, const ProcessClock& clock)
    : section_(section),
      flags_(flags),
      datasets_(datasets),
      output_(output),
      clock_(clock),
      tasks_(tasks_of(section, flags)) {
  output_.on_failed_figure = [this](const Error& error) {
    if (!failed_figure_) failed_figure_ = error;
  };
  if (!flags.record) return;
  lock_.emplace(*flags.record);
  file_.emplace(*flags.record, fmt::format("{} {}", section.program, version_line()));
  if (flags.resume) resume_record();
}

void Session::run() {
  if (flags_.resume) {
    print(fmt::format("{}: {} of {} runs are already done", one_line(flags_.record->string()),
                      done_.size(), tasks_.size()));
  }
  if (flags_.seeds) {
    run_sweep();
  } else {
    run_sequentially();
  }
}

void Session::require_figures() const {
  if (failed_figure_) throw *failed_figure_;
}

std::vector<RunRecord> Session::runs() const {
  std::vector<RunRecord> all;
  for (const auto& [task, run] : done_) all.push_back(run);
  return all;
}

void Session::resume_record() {
  DatasetFiles files(datasets_.cache());
  if (!section_.data.empty()) files.find(std::string(section_.data));
  ResumePlan plan = plan_resume(*flags_.record, tasks_, files.record());
  done_ = std::move(plan.done);
  for (const auto& [task, run] : done_) file_->add(position_in_file(run), run);
  for (const RunRecord& run : plan.others) file_->add(position_in_file(run), run);
}

// Runs in the file are ordered by experiment and seed, including those of seeds that this program
// only keeps.
std::size_t Session::position_in_file(const RunRecord& run) const {
  const auto first = std::ranges::find(tasks_, run.experiment,
                                       [](const Task& task) { return task.experiment->id; });
  const auto experiment = static_cast<std::uint64_t>(first - tasks_.begin());
  return experiment << 32 | run.seed;
}

void Session::keep(std::size_t task, const RunRecord& run) {
  done_[task] = run;
  if (!file_) return;
  file_->add(position_in_file(run), run);
  file_->write();
}

void Session::run_sequentially() {
  const bool all_runs_here = done_.empty();
  std::vector<RunRecord> records;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (done_.contains(i)) continue;
    records.push_back(run_task(tasks_[i], datasets_, output_));
    keep(i, records.back());
    if (flags_.divergence) {
      std::cout << provenance_prefix(records.back().data)
                << describe_divergence(tasks_[i], datasets_) << '\n';
    }
  }
  draw_comparisons(records);
  if (file_ && all_runs_here) {
    const ProcessTimes times = clock_.times();
    file_->add_process(times);
    file_->write();
    print(fmt::format(
        "{}: process {:.2f} s ({:.2f} before main, {:.3f} writing), {:.2f} s of processor time, at "
        "most {:.0f} MB",
        one_line(flags_.record->string()), times.seconds, times.before_main, file_->write_seconds(),
        times.cpu, static_cast<double>(peak_memory_bytes()) / 1e6));
  }
}

void Session::draw_comparisons(const std::vector<RunRecord>& records) {
  if (section_.comparisons == nullptr || records.empty()) return;
  Runtime runtime;
  RunRecord unused;
  unused.data = records.front().data;
  const Run run(runtime, datasets_, output_, unused);
  for (const Figure& figure : section_.comparisons(records)) run.draw(figure);
}

void Session::run_sweep() {
  std::vector<Task> left;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (done_.contains(i)) continue;
    left.push_back(tasks_[i]);
    indices.push_back(i);
  }
  const int workers = flags_.available_threads();
  print(fmt::format("{}{} runs of {}, seeds {} to {}: {} at a time, each on one thread",
                    datasets_.standin() ? "STAND-IN: " : "", left.size(), section_.program,
                    flags_.seeds->first, flags_.seeds->last, workers));
  sweep(left, datasets_, {workers, output_.text, output_.terminal},
        [&](std::size_t i, const RunRecord& run) { keep(indices[i], run); });
  if (file_ && left.empty()) file_->write();
  print_diverged();
}

// Prints one line about the runs of a sweep that diverged, if there are any.
void Session::print_diverged() const {
  constexpr std::size_t kNamed = 5;
  std::vector<std::string> runs;
  for (const auto& [task, run] : done_) {
    if (const auto epoch = diverged_in_epoch(run)) {
      runs.push_back(fmt::format("{} seed {} in epoch {}", run.experiment, run.seed, *epoch));
    }
  }
  if (runs.empty()) return;
  const std::size_t count = runs.size();
  if (count > kNamed) {
    runs.resize(kNamed);
    runs.push_back(fmt::format("and {} more", count - kNamed));
  }
  print(fmt::format("{} of {} runs diverged, whose losses are not finite numbers: {}", count,
                    done_.size(), fmt::join(runs, ", ")));
}

void Session::print(const std::string& line) const {
  if (output_.text != nullptr) *output_.text << line << '\n';
}

}  // namespace reprise::book
