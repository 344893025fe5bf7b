#include "repro/program/sweep.hpp"

#include <fmt/format.h>

#include <exception>
#include <system_error>
#include <thread>

#include "reprise/core/error.hpp"
#include "reprise/record/recorder.hpp"

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

void run_in_threads(std::size_t count, int threads,
                    const std::function<void(std::size_t i, std::mutex& mutex)>& body) {
  std::mutex mutex;  // guards the variables below
  std::size_t next = 0;
  std::exception_ptr error;
  const auto work = [&] {
    while (true) {
      std::size_t i = 0;
      {
        const std::lock_guard lock(mutex);
        if (error || next == count) return;
        i = next++;
      }
      try {
        body(i, mutex);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> workers;  // in addition to this thread
    const auto wanted = std::min(static_cast<std::size_t>(threads), count);
    try {
      while (workers.size() + 1 < wanted) workers.emplace_back(work);
    } catch (const std::system_error&) {
      const std::lock_guard lock(mutex);
      error = std::make_exception_ptr(
          Error(fmt::format("--threads: asked for {} threads, but only {} can be created", threads,
                            workers.size() + 1),
                ExitCode::missing));
    }
    work();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace reprise::book
