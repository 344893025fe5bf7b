// What spoils measurements on this machine, looked for before and after.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace reprise::compare {

// Where the kernel says things; other folders in tests.
struct SystemFolders {
  std::filesystem::path proc = "/proc", sys = "/sys";
};

// What does not change while one measures, a sentence each: a governor other than performance,
// several threads a core, a quota of processor time (of our cgroup or one above it, version 1 or
// 2), fewer processors than are online.
std::vector<std::string> standing_noise_warnings(const SystemFolders& folders = {});

// What happens meanwhile: processor time stolen by other guests of the host, taken by other
// processes, throttling by the quota.
class NoiseWatch {
 public:
  explicit NoiseWatch(SystemFolders folders = {});
  // The standing ones, then those since the beginning.
  std::vector<std::string> found() const;

 private:
  struct Counters {
    double total = 0, idle = 0, steal = 0;  // of all processors, in ticks
    double own = 0;                         // of our ended children, likewise
    double throttled = 0;                   // periods
  };
  Counters now() const;

  SystemFolders folders_;
  Counters before_;
};

// By the context of a result file: a debug build of the library or of the program.
std::vector<std::string> build_noise_warnings(const std::map<std::string, std::string>& context,
                                              const std::string& program);

}  // namespace reprise::compare
