// Threads that stay awake between short tasks: the implementation of Team::session.
//
// A parallel region whose threads sleep between regions costs 7 to 50 us on two cores, and an epoch
// of the book's networks needs hundreds. With threads that poll for the next task it costs about
// 1 us. They poll for some 30 us and then sleep: polling for ever beside other busy processes once
// took 36 times as long (libgomp's own waiting with GOMP_SPINCOUNT=100000: 21 s instead of .6 s).
//
// When the leader finishes its own piece, it takes over pieces whose threads have not started: such
// a thread may be waiting for a CPU that another process occupies. Two threads of IMDB beside a
// busy process take 1.8 times as long as alone; without this they took 4.8 times as long
// (tools/busy).
#pragma once

#include <xmmintrin.h>

#include <atomic>
#include <cstddef>
#include <vector>

namespace reprise {

class WorkerPool {
 public:
  using Piece = void (*)(void* callable, std::size_t first, std::size_t last);

  // With `steal_unstarted` the leader takes over pieces that have not started; without it every
  // thread computes its own piece.
  WorkerPool(int threads, bool steal_unstarted)
      : steal_unstarted_(steal_unstarted), slots_(static_cast<std::size_t>(threads)) {}

  // Called by the leader (thread 0): splits [0, n) into `team` pieces, one for each of the first
  // `team` threads including the leader, and returns when all of them are done.
  void run(int team, std::size_t n, Piece piece, void* callable) {
    job_ = {team, n, piece, callable};
    pending_.store(team - 1, std::memory_order_relaxed);
    const unsigned job_number = jobs_.load(std::memory_order_relaxed) + 1;
    for (int id = 1; id < team; ++id) {
      slot(id).unstarted_job.store(job_number, std::memory_order_release);
    }
    announce();
    do_piece(0);
    for (int id = team - 1; steal_unstarted_ && id > 0; --id) do_if_unstarted(id, job_number);
    for (int pending = pending_.load(std::memory_order_acquire); pending != 0;
         pending = pending_.load(std::memory_order_acquire)) {
      wait_while(pending_, pending);
    }
  }

  // Called by the leader: lets the other threads return from work().
  void dismiss() {
    dismissed_.store(true, std::memory_order_relaxed);
    announce();
  }

  // Called by each of the other threads, with `id` from 1: computes pieces until dismissed.
  void work(int id) {
    for (unsigned seen = 0;;) {
      wait_while(jobs_, seen);
      seen = jobs_.load(std::memory_order_acquire);
      if (dismissed_.load(std::memory_order_relaxed)) return;
      do_if_unstarted(id, seen);
    }
  }

 private:
  struct Job {
    int team;
    std::size_t n;
    Piece piece;
    void* callable;
  };
  // The number of the job in which this thread's piece has not started; 0 if there is none.
  struct alignas(64) Slot {
    std::atomic<unsigned> unstarted_job = 0;
  };

  Slot& slot(int id) { return slots_[static_cast<std::size_t>(id)]; }

  void announce() {
    jobs_.fetch_add(1, std::memory_order_release);
    jobs_.notify_all();
  }

  // A thread that has claimed the piece may read job_, because run() does not return before the
  // piece is done. A thread that is late, from an earlier job, finds another job number.
  void do_if_unstarted(int id, unsigned job_number) {
    if (!slot(id).unstarted_job.compare_exchange_strong(job_number, 0, std::memory_order_acquire)) {
      return;
    }
    do_piece(id);
    if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) pending_.notify_one();
  }

  void do_piece(int id) const {
    const auto bound = [&](int i) {
      return job_.n * static_cast<std::size_t>(i) / static_cast<std::size_t>(job_.team);
    };
    if (bound(id) < bound(id + 1)) job_.piece(job_.callable, bound(id), bound(id + 1));
  }

  template <class Value>
  static void wait_while(const std::atomic<Value>& value, Value old) {
    constexpr int kPolls = 1000;  // of about 30 ns each
    for (int i = 0; i < kPolls; ++i) {
      if (value.load(std::memory_order_acquire) != old) return;
      _mm_pause();
    }
    value.wait(old, std::memory_order_acquire);
  }

  const bool steal_unstarted_;
  Job job_ = {};
  std::vector<Slot> slots_;
  std::atomic<bool> dismissed_ = false;
  // on cache lines of their own, because all threads poll them
  alignas(64) std::atomic<unsigned> jobs_ = 0;  // jobs so far; a session has fewer than 2^32
  alignas(64) std::atomic<int> pending_ = 0;    // pieces of the last job that are not done
};

}  // namespace reprise
