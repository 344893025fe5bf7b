#include "spoilers.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "reprise/core/cpus.hpp"

namespace reprise::compare {

namespace {

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

double value_after(const std::filesystem::path& file, const std::string& key) {
  std::ifstream in(file);
  std::string name;
  for (double value = 0; in >> name >> value;) {
    if (name == key) return value;
  }
  return 0;
}

double ticks_of_children() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return (seconds(used.ru_utime) + seconds(used.ru_stime)) *
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

std::vector<std::string> standing_spoilers(const SystemFolders& folders) {
  std::vector<std::string> found;
  const auto cpu = folders.sys / "devices/system/cpu";
  const std::string governor = first_line(cpu / "cpu0/cpufreq/scaling_governor");
  if (!governor.empty() && governor != "performance") {
    found.push_back(
        fmt::format("the frequency governor is '{}', not 'performance': clocks follow "
                    "the load",
                    governor));
  }
  if (first_line(cpu / "smt/active") == "1") {
    found.push_back("cores have several hardware threads (SMT): neighbours share a core's units");
  }
  const std::string quota = first_line(folders.sys / "fs/cgroup/cpu.max");
  if (!quota.empty() && !quota.starts_with("max")) {
    found.push_back(
        fmt::format("processor time is limited by a cgroup ({} us): bursts are cut", quota));
  }
  std::ifstream in(folders.proc / "cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("flags")) continue;
    if (line.find(" hypervisor") != std::string::npos) {
      found.push_back("this is a virtual machine: other guests share its processors and caches");
    }
    break;
  }
  return found;
}

SpoilerWatch::SpoilerWatch(SystemFolders folders) : folders_(std::move(folders)), before_(now()) {}

SpoilerWatch::Counters SpoilerWatch::now() const {
  // cpu user nice system idle iowait irq softirq steal
  Counters counters;
  std::istringstream in(first_line(folders_.proc / "stat"));
  std::string name;
  in >> name;
  int column = 0;
  for (double ticks = 0; column < 8 && in >> ticks; ++column) {
    counters.total += ticks;
    if (column == 3 || column == 4) counters.idle += ticks;
    if (column == 7) counters.steal = ticks;
  }
  counters.own = ticks_of_children();
  counters.throttled = value_after(folders_.sys / "fs/cgroup/cpu.stat", "nr_throttled");
  return counters;
}

std::vector<std::string> SpoilerWatch::found() const {
  std::vector<std::string> all = standing_spoilers(folders_);
  const Counters after = now();
  const double total = after.total - before_.total;
  if (total > 0) {
    const double stolen = (after.steal - before_.steal) / total;
    const double busy = total - (after.idle - before_.idle) - (after.steal - before_.steal);
    const double others = (busy - (after.own - before_.own)) / total;
    if (stolen > 0.01) {
      all.push_back(
          fmt::format("{:.0f} % of the processors' time was stolen by other guests", 100 * stolen));
    }
    if (others > 0.05) {
      all.push_back(
          fmt::format("other processes took {:.0f} % of the processors' time", 100 * others));
    }
  }
  if (after.throttled > before_.throttled) {
    all.push_back(fmt::format("the cgroup's quota stopped us {:.0f} times",
                              after.throttled - before_.throttled));
  }
  return all;
}

std::vector<std::string> build_spoilers(const std::map<std::string, std::string>& context,
                                        const std::string& program) {
  std::vector<std::string> found;
  const auto type = context.find("build_type");
  if (type != context.end()) {
    if (type->second != "Release") {
      found.push_back(fmt::format("{}: built as '{}', not Release", program, type->second));
    }
    return found;
  }
  // of the library alone, and Debian's says so always; the program says nothing of itself
  const auto library = context.find("library_build_type");
  if (library != context.end() && library->second == "debug") {
    found.push_back(fmt::format("{}: Google Benchmark's library is a debug build", program));
  }
  return found;
}

}  // namespace reprise::compare
