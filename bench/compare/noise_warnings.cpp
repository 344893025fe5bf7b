#include "bench/compare/noise_warnings.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "reprise/core/processors.hpp"

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

// What follows `key` at the beginning of a line, or "".
std::string value_line(const std::filesystem::path& file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return "";
}

// For each governor other than performance its CPUs: "cpu0" or "cpu1 and 3 others".
std::map<std::string, std::string> slow_governors(const std::filesystem::path& cpu) {
  std::map<std::string, std::vector<std::string>> found;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(cpu, failed)) {
    const std::string governor = first_line(entry.path() / "cpufreq/scaling_governor");
    if (governor.empty() || governor == "performance") continue;
    found[governor].push_back(entry.path().filename().string());
  }
  std::map<std::string, std::string> texts;
  for (auto& [governor, cpus] : found) {
    std::ranges::sort(cpus);
    texts[governor] = cpus.front();
    if (cpus.size() == 2) texts[governor] += " and " + cpus.back();
    if (cpus.size() > 2) texts[governor] += fmt::format(" and {} others", cpus.size() - 1);
  }
  return texts;
}

// The directories of this process's cgroup and of all above it, of version 2 and of version 1's cpu
// controller. Lines of /proc/self/cgroup are "0::/path" and "4:cpu,cpuacct:/path".
std::vector<std::filesystem::path> own_cgroups(const SystemFolders& folders) {
  std::vector<std::filesystem::path> all;
  const auto root = folders.sys / "fs/cgroup";
  const auto add_with_parents = [&](const std::filesystem::path& mount, std::filesystem::path own) {
    for (own = own.relative_path();; own = own.parent_path()) {
      all.push_back(mount / own);
      if (own.empty()) return;
    }
  };
  std::ifstream in(folders.proc / "self/cgroup");
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string path = line.substr(second + 1);
    if (controllers == ",,") add_with_parents(root, path);
    if (controllers.find(",cpu,") != std::string::npos) add_with_parents(root / "cpu", path);
  }
  // a namespace may hide the path: the mounted directory is then this process's own
  all.push_back(root);
  all.push_back(root / "cpu");
  return all;
}

// Quota and period in microseconds, "150000 100000", or "".
std::string quota_of(const std::filesystem::path& group) {
  const std::string quota = first_line(group / "cpu.max");
  if (!quota.empty()) return quota.starts_with("max") ? "" : quota;
  const std::string old = first_line(group / "cpu.cfs_quota_us");
  if (old.empty() || old.starts_with("-")) return "";
  return old + " " + first_line(group / "cpu.cfs_period_us");
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

std::vector<std::string> lasting_noise_warnings(const SystemFolders& folders) {
  std::vector<std::string> found;
  const auto cpu = folders.sys / "devices/system/cpu";
  for (const auto& [governor, cpus] : slow_governors(cpu)) {
    found.push_back(
        fmt::format("the frequency governor is '{}', not 'performance': the clock rate follows "
                    "the load ({})",
                    governor, cpus));
  }
  if (first_line(cpu / "smt/active") == "1") {
    found.push_back("cores have several hardware threads (SMT), which share the units of a core");
  }
  for (const auto& group : own_cgroups(folders)) {
    const std::string quota = quota_of(group);
    if (quota.empty()) continue;
    found.push_back(fmt::format("a cgroup limits CPU time ({} us): bursts are throttled", quota));
    break;
  }
  const int online = count_listed(first_line(cpu / "online"));
  const int allowed = count_listed(value_line(folders.proc / "self/status", "Cpus_allowed_list:"));
  if (allowed > 0 && allowed < online) {
    found.push_back(
        fmt::format("this process may use {} of the {} CPUs that are online", allowed, online));
  }
  const std::string cpu_flags = value_line(folders.proc / "cpuinfo", "flags");
  if (cpu_flags.find(" hypervisor") != std::string::npos) {
    found.push_back("this is a virtual machine: other guests share its CPUs and caches");
  }
  return found;
}

NoiseWatch::NoiseWatch(SystemFolders folders) : folders_(std::move(folders)), before_(now()) {}

NoiseWatch::Counters NoiseWatch::now() const {
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
  // each of them may have a quota of its own
  const auto groups = own_cgroups(folders_);
  for (const auto& group : std::set(groups.begin(), groups.end())) {
    counters.throttled += value_after(group / "cpu.stat", "nr_throttled");
  }
  return counters;
}

std::vector<std::string> NoiseWatch::found() const {
  std::vector<std::string> all = lasting_noise_warnings(folders_);
  const Counters after = now();
  const double total = after.total - before_.total;
  if (total > 0) {
    const double stolen = (after.steal - before_.steal) / total;
    const double busy = total - (after.idle - before_.idle) - (after.steal - before_.steal);
    const double others = (busy - (after.own - before_.own)) / total;
    if (stolen > 0.01) {
      all.push_back(
          fmt::format("{:.0f} % of the CPU time was stolen by other guests", 100 * stolen));
    }
    if (others > 0.05) {
      all.push_back(fmt::format("other processes took {:.0f} % of the CPU time", 100 * others));
    }
  }
  if (after.throttled > before_.throttled) {
    all.push_back(fmt::format("the quota of the cgroup throttled this process {:.0f} times",
                              after.throttled - before_.throttled));
  }
  return all;
}

std::vector<std::string> build_noise_warnings(const std::map<std::string, std::string>& context,
                                              const std::string& program) {
  std::vector<std::string> found;
  const auto type = context.find("build_type");
  if (type != context.end()) {
    if (type->second != "Release") {
      found.push_back(fmt::format("{}: built as '{}', not Release", program, type->second));
    }
    return found;
  }
  // this is the library alone: Debian's is always a debug build; the program reports no build type
  const auto library = context.find("library_build_type");
  if (library != context.end() && library->second == "debug") {
    found.push_back(fmt::format("{}: the library Google Benchmark is a debug build", program));
  }
  return found;
}

}  // namespace reprise::compare
