#include "reprise/core/processors.hpp"

#include <omp.h>
#include <sched.h>

#include <vector>

namespace reprise {

bool openmp_binds_threads() { return omp_get_proc_bind() != omp_proc_bind_false; }

std::set<int> processors_of_places() {
  if (!openmp_binds_threads()) return {};
  std::set<int> processors;
  for (int place = 0; place < omp_get_num_places(); ++place) {
    std::vector<int> ids(static_cast<std::size_t>(omp_get_place_num_procs(place)));
    omp_get_place_proc_ids(place, ids.data());
    processors.insert(ids.begin(), ids.end());
  }
  return processors;
}

std::set<int> allowed_processors() {
  std::set<int> processors = processors_of_places();
  if (!processors.empty()) return processors;
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return {};
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (CPU_ISSET(static_cast<unsigned>(processor), &mask)) processors.insert(processor);
  }
  return processors;
}

}  // namespace reprise
