#include "reprise/core/processors.hpp"

#include <omp.h>
#include <sched.h>

#include <sstream>
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

int count_listed(const std::string& list) {
  int count = 0;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) {
    int first = 0, last = 0;
    char dash = 0;
    std::istringstream range(part);
    if (!(range >> first)) return 0;
    count += range >> dash >> last ? last - first + 1 : 1;
  }
  return count;
}

}  // namespace reprise
