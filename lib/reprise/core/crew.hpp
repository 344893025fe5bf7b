// Threads that stay awake between short pieces of work: the inside of Team::session.
//
// A parallel region whose threads sleep between regions costs 7 to 50 us on two cores, and an epoch
// of the book's networks would want hundreds; with threads that look out for the next call it is
// about one. They look for some 30 us, then sleep: to look for ever beside other processes once
// took 36 times the time (libgomp's own waiting with GOMP_SPINCOUNT=100000: 21 s for .6 s).
#pragma once

#include <xmmintrin.h>

#include <atomic>
#include <cstddef>

namespace reprise {

class Crew {
 public:
  using Piece = void (*)(void* callable, std::size_t first, std::size_t last);

  explicit Crew(int threads) : threads_(threads) {}

  // On the thread that leads: pieces of [0, n) for the first `team` threads, its own included.
  // Returns when all have ended.
  void call(int team, std::size_t n, Piece piece, void* callable) {
    job_ = {team, n, piece, callable};
    announce();
    do_piece(0);
    for (int left = busy_.load(std::memory_order_acquire); left != 0;
         left = busy_.load(std::memory_order_acquire)) {
      wait_while(busy_, left);
    }
  }

  // Likewise: lets the others go.
  void dismiss() {
    job_ = {0, 0, nullptr, nullptr};
    announce();
  }

  // On each of the others, `id` from 1: works until dismissed.
  void work(int id) {
    for (int seen = 0;; ++seen) {
      wait_while(calls_, seen);
      if (job_.piece == nullptr) return;
      if (id < job_.team) do_piece(id);
      if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_one();
    }
  }

 private:
  struct Job {
    int team;
    std::size_t n;
    Piece piece;
    void* callable;
  };

  void announce() {
    busy_.store(threads_ - 1, std::memory_order_relaxed);
    calls_.fetch_add(1, std::memory_order_release);
    calls_.notify_all();
  }

  void do_piece(int id) const {
    const auto part = [&](int i) {
      return job_.n * static_cast<std::size_t>(i) / static_cast<std::size_t>(job_.team);
    };
    if (part(id) < part(id + 1)) job_.piece(job_.callable, part(id), part(id + 1));
  }

  static void wait_while(const std::atomic<int>& value, int old) {
    constexpr int kLooks = 1000;  // of about 30 ns
    for (int i = 0; i < kLooks; ++i) {
      if (value.load(std::memory_order_acquire) != old) return;
      _mm_pause();
    }
    value.wait(old, std::memory_order_acquire);
  }

  const int threads_;
  Job job_ = {};
  // on lines of their own: all threads look at them
  alignas(64) std::atomic<int> calls_ = 0;  // so far; wraps around in 2^32 calls
  alignas(64) std::atomic<int> busy_ = 0;   // threads that have not ended the last call
};

}  // namespace reprise
