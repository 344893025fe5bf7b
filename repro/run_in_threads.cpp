#include "repro/run_in_threads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

#include "reprise/core/error.hpp"

namespace reprise::book {

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
