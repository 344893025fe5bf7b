// Threads that stay awake between short pieces of work: the inside of Team::session.
//
// A parallel region whose threads sleep between regions costs 7 to 50 us on two cores, and an epoch
// of the book's networks would want hundreds; with threads that look out for the next call it is
// about one. They look for some 30 us, then sleep: to look for ever beside other processes once
// took 36 times the time (libgomp's own waiting with GOMP_SPINCOUNT=100000: 21 s for .6 s).
//
// A piece that its thread has not begun when the leader is through with its own is the leader's:
// the thread may be waiting for a processor that another process has. Two threads of IMDB beside a
// busy process take 1.8 times their time alone, and took 4.8 times without it (tools/busy).
#pragma once

#include <xmmintrin.h>

#include <atomic>
#include <cstddef>
#include <vector>

namespace reprise {

class WorkerPool {
 public:
  using Piece = void (*)(void* callable, std::size_t first, std::size_t last);

  // With `lends` the leader takes over pieces that are not begun; without it every thread of a team
  // does its own.
  WorkerPool(int threads, bool steal_unstarted)
      : steal_unstarted_(steal_unstarted), slots_(static_cast<std::size_t>(threads)) {}

  // On the thread that leads: pieces of [0, n) for the first `team` threads, its own included.
  // Returns when all have ended.
  void call(int team, std::size_t n, Piece piece, void* callable) {
    job_ = {team, n, piece, callable};
    left_.store(team - 1, std::memory_order_relaxed);
    const unsigned number = calls_.load(std::memory_order_relaxed) + 1;
    for (int id = 1; id < team; ++id) {
      slot(id).open_for.store(number, std::memory_order_release);
    }
    announce();
    do_piece(0);
    for (int id = team - 1; steal_unstarted_ && id > 0; --id) do_if_open(id, number);
    for (int left = left_.load(std::memory_order_acquire); left != 0;
         left = left_.load(std::memory_order_acquire)) {
      wait_while(left_, left);
    }
  }

  // Likewise: lets the others go.
  void dismiss() {
    dismissed_.store(true, std::memory_order_relaxed);
    announce();
  }

  // On each of the others, `id` from 1: works until dismissed.
  void work(int id) {
    for (unsigned seen = 0;;) {
      wait_while(calls_, seen);
      seen = calls_.load(std::memory_order_acquire);
      if (dismissed_.load(std::memory_order_relaxed)) return;
      do_if_open(id, seen);
    }
  }

 private:
  struct Job {
    int team;
    std::size_t n;
    Piece piece;
    void* callable;
  };
  // The number of the call in which a thread's piece waits for somebody to begin it; 0: none does.
  struct alignas(64) Slot {
    std::atomic<unsigned> open_for = 0;
  };

  Slot& slot(int id) { return slots_[static_cast<std::size_t>(id)]; }

  void announce() {
    calls_.fetch_add(1, std::memory_order_release);
    calls_.notify_all();
  }

  // Whoever has taken the piece may read the job: the call does not end before. Who comes too late,
  // from an earlier call, finds another number.
  void do_if_open(int id, unsigned number) {
    if (!slot(id).open_for.compare_exchange_strong(number, 0, std::memory_order_acquire)) return;
    do_piece(id);
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) left_.notify_one();
  }

  void do_piece(int id) const {
    const auto part = [&](int i) {
      return job_.n * static_cast<std::size_t>(i) / static_cast<std::size_t>(job_.team);
    };
    if (part(id) < part(id + 1)) job_.piece(job_.callable, part(id), part(id + 1));
  }

  template <class Value>
  static void wait_while(const std::atomic<Value>& value, Value old) {
    constexpr int kLooks = 1000;  // of about 30 ns
    for (int i = 0; i < kLooks; ++i) {
      if (value.load(std::memory_order_acquire) != old) return;
      _mm_pause();
    }
    value.wait(old, std::memory_order_acquire);
  }

  const bool steal_unstarted_;
  Job job_ = {};
  std::vector<Slot> slots_;
  std::atomic<bool> dismissed_ = false;
  // on lines of their own: all threads look at them
  alignas(64) std::atomic<unsigned> calls_ = 0;  // so far; a session has fewer than 2^32
  alignas(64) std::atomic<int> left_ = 0;        // pieces of the last call that have not ended
};

}  // namespace reprise
