#include "reprise/core/affinity.hpp"

#include <algorithm>
#include <cstdlib>

#include "reprise/core/processors.hpp"

namespace reprise {

ProcessorSet::ProcessorSet(int threads) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (std::getenv("OMP_PROC_BIND") != nullptr || openmp_binds_threads()) return;
  if (sched_getaffinity(0, sizeof mask, &mask) != 0 || CPU_COUNT(&mask) < threads) return;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (CPU_ISSET(static_cast<unsigned>(processor), &mask)) processors_.push_back(processor);
  }
  taken_ = std::vector<std::atomic<bool>>(processors_.size());
}

int ProcessorSet::take() {
  const auto current = std::ranges::find(processors_, sched_getcpu()) - processors_.begin();
  const std::size_t n = processors_.size();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t p = (static_cast<std::size_t>(current) + i) % n;
    if (!taken_[p].exchange(true, std::memory_order_relaxed)) return processors_[p];
  }
  return -1;
}

PinnedThread::PinnedThread(ProcessorSet& processors) {
  if (processors.empty()) return;
  const int processor = processors.take();
  if (processor < 0 || sched_getaffinity(0, sizeof before_, &before_) != 0) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(processor), &one);
  pinned_ = sched_setaffinity(0, sizeof one, &one) == 0;
}

PinnedThread::~PinnedThread() {
  if (pinned_) sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace reprise
