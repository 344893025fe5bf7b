// Warnings about what disturbs measurements on this machine.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace reprise::compare {

// Where the kernel describes the machine; other directories in tests.
struct SystemFolders {
  std::filesystem::path proc = "/proc", sys = "/sys";
};

// Properties of the machine that last, one sentence each: a frequency governor other than
// performance, several threads per core, a quota of CPU time (of this process's cgroup or one above
// it, version 1 or 2), fewer CPUs than are online, a virtual machine.
std::vector<std::string> lasting_noise_warnings(const SystemFolders& folders = {});

// Watches from its construction on: CPU time stolen by other guests of the host, CPU time of other
// processes, throttling by a quota.
class NoiseWatch {
 public:
  explicit NoiseWatch(SystemFolders folders = {});
  // The lasting warnings, then those since construction.
  std::vector<std::string> found() const;

 private:
  struct Counters {
    double total = 0, idle = 0, steal = 0;  // of all CPUs, in ticks
    double own = 0;                         // of children that have ended, in ticks
    double throttled = 0;                   // periods
  };
  Counters now() const;

  SystemFolders folders_;
  Counters before_;
};

// Warns about a debug build of the program or of Google Benchmark, according to the context of a
// result file.
std::vector<std::string> build_noise_warnings(const std::map<std::string, std::string>& context,
                                              const std::string& program);

}  // namespace reprise::compare
