#include "reprise/core/parallel.hpp"

#include <omp.h>

#include <algorithm>
#include <exception>
#include <latch>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "reprise/core/denormals.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/worker_pool.hpp"

namespace reprise {

namespace {

// libgomp aborts the process if it cannot create a thread, so thread creation is tried before.
bool can_create_threads(int wanted) {
  std::latch all_tried(1);
  std::vector<std::jthread> threads;
  bool created = true;
  try {
    for (int i = 1; i < wanted; ++i) threads.emplace_back([&] { all_tried.wait(); });
  } catch (const std::system_error&) {
    created = false;
  } catch (const std::bad_alloc&) {
    created = false;
  }
  all_tried.count_down();
  return created;
}

int threads_delivered(int wanted) {
  if (!can_create_threads(wanted)) return 1;
  int delivered = 1;
#pragma omp parallel num_threads(wanted)
  {
#pragma omp single
    delivered = omp_get_num_threads();
  }
  return delivered;
}

}  // namespace

int openmp_version() { return _OPENMP; }

Team::Team(int threads, bool force_grain_one)
    : threads_(threads), force_grain_one_(force_grain_one) {
  if (threads < 1 || threads > 1024) {
    throw Error("threads: found " + std::to_string(threads) + ", expected 1 to 1024");
  }
  omp_set_dynamic(0);
  const int delivered = threads_delivered(threads);
  if (delivered < threads) {
    throw Error("threads: asked for " + std::to_string(threads) + ", the OpenMP runtime delivers " +
                    std::to_string(delivered) + " (OMP_THREAD_LIMIT or a process limit?)",
                ExitCode::missing);
  }
}

std::size_t Team::threads_for(std::size_t n, std::size_t grain) const {
  const auto all = static_cast<std::size_t>(threads_);
  if (force_grain_one_) return all;
  return std::min(std::max<std::size_t>(n / std::max<std::size_t>(grain, 1), 1), all);
}

void Team::run(std::size_t n, std::size_t grain, Piece piece, void* callable) {
  if (n == 0) return;
  const int team = static_cast<int>(threads_for(n, grain));
  int entered = 1;
  if (team == 1) {
    const FlushDenormals flush;
    piece(callable, 0, n);
  } else if (pool_ != nullptr) {
    const FlushDenormals flush;
    pool_->run(team, n, piece, callable);
    entered = team;
  } else {
#pragma omp parallel num_threads(team)
    {
      const FlushDenormals flush;
      const auto id = static_cast<std::size_t>(omp_get_thread_num());
      const auto all = static_cast<std::size_t>(omp_get_num_threads());
      if (id == 0) entered = static_cast<int>(all);
      const std::size_t first = n * id / all, last = n * (id + 1) / all;
      if (first < last) piece(callable, first, last);
    }
  }
  if (min_threads_used_ == 0 || entered < min_threads_used_) min_threads_used_ = entered;
  if (entered > max_threads_used_) max_threads_used_ = entered;
}

void Team::session(const std::function<void()>& body) {
  if (threads_ == 1 || pool_ != nullptr) {
    body();
    return;
  }
  // force_grain_one promises that every thread takes part
  WorkerPool pool(threads_, !force_grain_one_);
  std::exception_ptr error;
#pragma omp parallel num_threads(threads_)
  {
    const FlushDenormals flush;
    if (omp_get_thread_num() == 0) {
      // fewer threads than requested only if the limit was lowered since the constructor
      if (omp_get_num_threads() == threads_) pool_ = &pool;
      try {
        body();
      } catch (...) {
        error = std::current_exception();
      }
      pool_ = nullptr;
      pool.dismiss();
    } else {
      pool.work(omp_get_thread_num());
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace reprise
