// Which processors a team's threads run on.
//
// Two threads of a team that the scheduler puts on one processor take as long as one thread; it
// happened in every fit of IMDB on two processors and lasted for epochs. So the threads of a
// session are pinned, each to a processor of its own, and given back their masks afterwards.
#pragma once

#include <sched.h>

#include <atomic>
#include <vector>

namespace reprise {

// The processors that the threads of one session may take. Each is taken by one thread.
class ProcessorSet {
 public:
  // The affinity mask of the calling thread; empty if it has fewer than `threads` processors, or
  // if the user asked OpenMP to bind threads or not to (OMP_PROC_BIND).
  explicit ProcessorSet(int threads);

  bool empty() const { return taken_.empty(); }
  // Takes the processor that the calling thread runs on if it is free, otherwise the first free
  // one: the kernel has placed the threads where the machine is idle.
  int take();

 private:
  std::vector<int> processors_;
  std::vector<std::atomic<bool>> taken_;
};

// Pins the calling thread to one of the processors while it exists.
class PinnedThread {
 public:
  explicit PinnedThread(ProcessorSet& processors);
  ~PinnedThread();
  PinnedThread(const PinnedThread&) = delete;
  PinnedThread& operator=(const PinnedThread&) = delete;

 private:
  bool pinned_ = false;
  cpu_set_t before_;
};

}  // namespace reprise
