#include "reprise/core/affinity.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "reprise/core/processors.hpp"

namespace reprise {

ProcessorSet::ProcessorSet(int threads) {
  if (std::getenv("OMP_PROC_BIND") != nullptr || openmp_binds_threads()) return;
  const std::set<int> allowed = allowed_processors();
  if (static_cast<int>(allowed.size()) < threads) return;
  processors_.assign(allowed.begin(), allowed.end());
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
