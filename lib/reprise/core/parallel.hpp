// The interface to the OpenMP runtime: a team of threads with parallel_for.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

namespace reprise {

// The OpenMP version that the library was built with, as a date: 201511 is version 4.5.
int openmp_version();

// The least size in bytes of a thread's stack. A dense product takes 204 KiB
// (kernels/openmp/isa/product.hpp), and the thread-local variables of all libraries that the
// process starts with are placed there as well: OpenBLAS's take 60 KiB.
inline constexpr std::size_t kLeastStack = 512 << 10;

// Turns both modes of FlushDenormals (denormals.hpp) on for the rest of the OpenMP threads that a
// region of this many threads uses, this one excepted. Threads that OpenMP starts later inherit
// them from the one that starts them; this is for those that exist already.
void flush_denormals_in_openmp_threads(int threads);

class WorkerPool;
class Contention;

class Team {
 public:
  // `threads` from 1 to 1024. Throws Error (exit code 3) if the runtime delivers fewer, or
  // if their stacks are smaller than kLeastStack.
  // With `force_grain_one` every parallel_for uses all threads regardless of the grain, so that
  // tests on small problems execute the code of large ones.
  explicit Team(int threads, bool force_grain_one = false);
  ~Team();

  int threads() const { return threads_; }

  // Splits [0, n) into consecutive ranges and calls body(first, last) for each on its own thread.
  // At most n / grain threads are used: a parallel region costs microseconds, and `grain` is the
  // number of items that are worth this cost. Where a body writes must depend on the items only,
  // not on the range; then no result depends on the number of threads.
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

  // The number of threads that parallel_for(n, grain) uses.
  std::size_t threads_for(std::size_t n, std::size_t grain) const;

  // Calls body() while the team's threads stay awake, each pinned to an allowed processor of its
  // own if there are enough (core/affinity.hpp), so that each parallel_for in it costs about half a
  // microsecond: an epoch has hundreds of them. Threads that another library creates in body()
  // would inherit the leader's processor. Exceptions of the body are passed on.
  void session(const std::function<void()>& body);

  // The smallest and the largest number of threads of any parallel_for so far; 0 before the first.
  int min_threads_used() const { return min_threads_used_; }
  int max_threads_used() const { return max_threads_used_; }

 private:
  using Piece = void (*)(void* callable, std::size_t first, std::size_t last);
  void run(std::size_t n, std::size_t grain, Piece piece, void* callable);

  // The current session, if any, has a pool unless other processes take the processors.
  bool in_session_ = false;
  WorkerPool* pool_ = nullptr;
  std::unique_ptr<Contention> contention_;
  int threads_;
  bool force_grain_one_;
  // atomic, because several threads may use a team of one thread at the same time
  std::atomic<int> min_threads_used_ = 0, max_threads_used_ = 0;
};

}  // namespace reprise
