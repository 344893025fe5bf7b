#include "repro/program/sweep.hpp"

#include <fmt/format.h>

#include "reprise/record/recorder.hpp"
#include "repro/run_in_threads.hpp"

namespace reprise::book {

namespace {

class SweepProgress {
 public:
  SweepProgress(const SweepOptions& options, std::size_t runs) : options_(options), runs_(runs) {}

  void advance() {
    ++done_;
    if (options_.text == nullptr) return;
    // in a file, print a line after each twentieth of the runs
    if (!options_.terminal && done_ * 20 / runs_ == (done_ - 1) * 20 / runs_) return;
    const double elapsed = watch_.seconds();
    const double left = elapsed / static_cast<double>(done_) * static_cast<double>(runs_ - done_);
    *options_.text << fmt::format("{}{} of {} runs, {:.1f} s elapsed, {:.0f} s left{}",
                                  options_.terminal ? "\r\033[K" : "", done_, runs_, elapsed, left,
                                  options_.terminal && done_ < runs_ ? "" : "\n")
                   << std::flush;
  }

 private:
  const SweepOptions& options_;
  std::size_t runs_, done_ = 0;
  Stopwatch watch_;
};

}  // namespace

void sweep(const std::vector<Task>& tasks, DatasetCache& datasets, const SweepOptions& options,
           const std::function<void(std::size_t task, const RunRecord& run)>& done) {
  SweepProgress progress(options, tasks.size());
  run_in_threads(tasks.size(), options.workers, [&](std::size_t task, std::mutex& mutex) {
    const RunRecord record = run_task(tasks[task], datasets, {});
    const std::lock_guard lock(mutex);
    done(task, record);
    progress.advance();
  });
}

}  // namespace reprise::book
