// The backends of a suite, and how the threads of each can wait for work.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace reprise::suite {

// A backend as this machine has it.
struct SuiteBackend {
  std::string name;      // "openblas"
  int threads = 1;       // the most that are measured
  std::string library;   // that it calls: "OpenBLAS 0.3.21, kernels for Haswell, threads: pthreads"
  std::string left_out;  // why it is not measured, or ""
  std::string note = "";  // why it is not measured with more threads, or ""
};

// How threads wait for work and whether they are bound to processors.
struct ThreadSetting {
  std::string name;  // "spinning, bound", or "" without a choice
  std::vector<std::pair<std::string, std::string>> environment;  // of the measured process
};

// What this backend's threads can do while they wait for work, and whether they are bound to
// processors. docs/backends.md says whose advice the settings are. One entry if there is no choice.
std::vector<ThreadSetting> thread_settings(const SuiteBackend& backend);

}  // namespace reprise::suite
