// The one seam to the OpenMP runtime: a team of threads and its parallel_for.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

namespace reprise {

// The version of OpenMP that the library was built with, as its date: 201511 is 4.5.
int openmp_version();

class WorkerPool;

class Team {
 public:
  // `threads` from 1 to 1024. Throws Error (exit code 3) if the runtime delivers fewer.
  // With `force_grain_one` every parallel_for uses all threads however little work there is: for
  // tests, which then see the code that large problems see.
  explicit Team(int threads, bool force_grain_one = false);

  int threads() const { return threads_; }

  // Calls body(first, last) with consecutive pieces that together cover [0, n), each piece by one
  // thread. Uses no more threads than n / grain: a parallel region costs microseconds, and `grain`
  // says how many items are worth that. Bodies must write to places that follow from the items, not
  // from the pieces; then no result depends on the number of threads.
  template <class Body>
  void parallel_for(std::size_t n, std::size_t grain, Body&& body) {
    using Callable = std::remove_reference_t<Body>;
    run(
        n, grain,
        [](void* callable, std::size_t first, std::size_t last) {
          (*static_cast<Callable*>(callable))(first, last);
        },
        const_cast<void*>(static_cast<const void*>(std::addressof(body))));
  }

  // How many threads parallel_for(n, grain) uses.
  std::size_t threads_for(std::size_t n, std::size_t grain) const;

  // Calls body(). The team's threads stay awake meanwhile, so that the parallel_fors in it cost a
  // microsecond each: for an epoch with its hundreds of them. Exceptions of the body come through.
  void session(const std::function<void()>& body);

  // The smallest and largest number of threads that entered a parallel_for so far (0: none yet).
  int min_threads_used() const { return min_threads_used_; }
  int max_threads_used() const { return max_threads_used_; }

 private:
  using Piece = void (*)(void* callable, std::size_t first, std::size_t last);
  void run(std::size_t n, std::size_t grain, Piece piece, void* callable);

  WorkerPool* pool_ = nullptr;  // of the session that is going on
  int threads_;
  bool force_grain_one_;
  // several threads may use a team of one at the same time
  std::atomic<int> min_threads_used_ = 0, max_threads_used_ = 0;
};

}  // namespace reprise
