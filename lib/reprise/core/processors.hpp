// Which processors (logical CPUs) this process may use, and how many a list of Linux names.
#pragma once

#include <set>
#include <string>

namespace reprise {

// Whether the user asked OpenMP to bind threads (OMP_PROC_BIND or OMP_PLACES).
bool openmp_binds_threads();

// Those of OpenMP's places if openmp_binds_threads(), else empty.
// The runtime has then pinned the first thread already, so that its affinity mask says too little.
std::set<int> processors_of_places();

// processors_of_places(), or without binding those in the affinity mask of the calling thread.
// Empty if the system does not tell the mask.
std::set<int> allowed_processors();

// The number of processors in a list of Linux such as "0-3,8"; 0 for anything else.
int count_listed(const std::string& list);

}  // namespace reprise
