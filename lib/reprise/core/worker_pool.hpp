// Threads that stay awake between short tasks: the implementation of Team::session.
//
// A parallel region whose threads sleep between regions costs 7 to 50 us on two cores, and an epoch
// of the book's networks needs hundreds. With threads that poll for the next task it costs about
// half a microsecond. A thread polls for four times the distance between the last two tasks, 2 ms
// at most, then offers its processor to others, then sleeps: polling for ever beside other busy
// processes once took 36 times as long (libgomp's own waiting with GOMP_SPINCOUNT=100000: 21 s
// instead of .6 s). Threads that are not pinned poll for 30 us, because a thread that polls may
// occupy the processor of the thread for which it waits.
//
// When the leader finishes its own piece, it takes over pieces whose threads have not started after
// another such time: such a thread may be waiting for a processor that another process occupies. A
// leader that takes them at once leaves a thread that has once slept without any piece, so that it
// sleeps again. A thread that loses its processor in the middle of a piece costs a time slice of
// the scheduler, some milliseconds. After such a wait the leader computes all pieces alone for a
// while, twice as long after every further one (tools/busy).
#pragma once

#include <sched.h>
#include <xmmintrin.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <vector>

namespace reprise {

// Whether other processes take the processors of a team, judged by how long its leader waits.
class Contention {
 public:
  using Clock = std::chrono::steady_clock;

  // Whether the leader should compute all pieces alone.
  bool computes_alone(Clock::time_point now) const { return now < alone_until_; }
  // Notes that the leader needed the time `own` for its piece and then waited for the others.
  void note(Clock::duration own, Clock::duration waited) {
    using namespace std::chrono_literals;
    if (waited > 2 * own + 500us) {
      const Clock::time_point now = Clock::now();
      const bool again = now < alone_until_ + std::max<Clock::duration>(4 * alone_, 200ms);
      alone_ = again ? std::min<Clock::duration>(2 * alone_, 1s) : kShortest;
      alone_until_ = now + alone_;
    }
  }

 private:
  static constexpr Clock::duration kShortest = std::chrono::milliseconds(10);
  Clock::duration alone_ = kShortest;  // for how long the leader computed alone the last time
  Clock::time_point alone_until_{};
};

class WorkerPool {
 public:
  using Piece = void (*)(void* callable, std::size_t first, std::size_t last);
  using Clock = std::chrono::steady_clock;
  using Duration = Clock::duration;

  // With `steal_unstarted` the leader takes over pieces that have not started; without it every
  // thread computes its own piece. `longest_poll` is the longest time that a thread polls.
  // `contention` must outlive the pool.
  WorkerPool(int threads, bool steal_unstarted, Duration longest_poll, Contention& contention)
      : steal_unstarted_(steal_unstarted),
        contention_(contention),
        longest_poll_(longest_poll),
        slots_(static_cast<std::size_t>(threads)) {}

  // Called by the leader (thread 0): splits [0, n) into `team` pieces, one for each of the first
  // `team` threads including the leader, and returns when all of them are done.
  void run(int team, std::size_t n, Piece piece, void* callable) {
    const Clock::time_point start = Clock::now();
    if (contention_.computes_alone(start)) {
      for (int id = 0; id < team; ++id) do_piece({team, n, piece, callable}, id);
      return;
    }
    poll_.store(std::clamp<Duration>(4 * (start - last_start_), kShortestPoll, longest_poll_),
                std::memory_order_relaxed);
    last_start_ = start;
    job_ = {team, n, piece, callable};
    pending_.store(team - 1, std::memory_order_relaxed);
    const unsigned job_number = jobs_.load(std::memory_order_relaxed) + 1;
    for (int id = 1; id < team; ++id) {
      slot(id).unstarted_job.store(job_number, std::memory_order_release);
    }
    announce();
    do_piece(job_, 0);
    const Clock::time_point done = Clock::now();
    if (steal_unstarted_) steal(team, job_number, done, done - start);
    for (int pending = pending_.load(std::memory_order_acquire); pending != 0;
         pending = pending_.load(std::memory_order_acquire)) {
      wait_while(pending_, pending);
    }
    if (steal_unstarted_) contention_.note(done - start, Clock::now() - done);
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

  static constexpr Duration kShortestPoll = std::chrono::microseconds(30);
  static constexpr Duration kLongestPoll = std::chrono::milliseconds(2);

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

  // Called by the leader when its own piece is done, after the time `own`.
  void steal(int team, unsigned job_number, Clock::time_point done, Duration own) {
    for (int id = team - 1; id > 0; --id) {
      while (slot(id).unstarted_job.load(std::memory_order_relaxed) == job_number) {
        if (Clock::now() >= done + own) do_if_unstarted(id, job_number);
        _mm_pause();
      }
    }
  }

  // A thread that has claimed the piece may read job_, because run() does not return before the
  // piece is done. A thread that is late, from an earlier job, finds another job number.
  void do_if_unstarted(int id, unsigned job_number) {
    if (!slot(id).unstarted_job.compare_exchange_strong(job_number, 0, std::memory_order_acquire)) {
      return;
    }
    do_piece(job_, id);
    if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) pending_.notify_one();
  }

  static void do_piece(const Job& job, int id) {
    const auto bound = [&](int i) {
      return job.n * static_cast<std::size_t>(i) / static_cast<std::size_t>(job.team);
    };
    if (bound(id) < bound(id + 1)) job.piece(job.callable, bound(id), bound(id + 1));
  }

  // Polls, yields, then sleeps until the value changes.
  template <class Value>
  void wait_while(const std::atomic<Value>& value, Value old) const {
    constexpr int kPollsPerLook = 32, kYields = 10;
    const auto changed = [&] { return value.load(std::memory_order_acquire) != old; };
    const Clock::time_point end = Clock::now() + poll_.load(std::memory_order_relaxed);
    do {
      for (int i = 0; i < kPollsPerLook; ++i) {
        if (changed()) return;
        _mm_pause();
      }
    } while (Clock::now() < end);
    for (int i = 0; i < kYields; ++i) {
      sched_yield();
      if (changed()) return;
    }
    value.wait(old, std::memory_order_acquire);
  }

  const bool steal_unstarted_;
  Contention& contention_;
  const Duration longest_poll_;
  Job job_ = {};
  Clock::time_point last_start_ = Clock::now();
  std::vector<Slot> slots_;
  std::atomic<bool> dismissed_ = false;
  std::atomic<Duration> poll_ = kShortestPoll;
  // on cache lines of their own, because all threads poll them
  alignas(64) std::atomic<unsigned> jobs_ = 0;  // jobs so far; a session has fewer than 2^32
  alignas(64) std::atomic<int> pending_ = 0;    // pieces of the last job that are not done
};

}  // namespace reprise
