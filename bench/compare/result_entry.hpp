// An entry of the list `benchmarks` in Google Benchmark's JSON.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace reprise::compare {

// A repetition of a benchmark, or a statistic of its repetitions.
struct Entry {
  std::string name;       // of the benchmark, without the name of the statistic
  std::string statistic;  // "median", "mean", ..., or "" for a repetition
  // Where the benchmark stands in its program; Google Benchmark 1.5.4 and newer write both.
  std::optional<std::int64_t> family{}, instance{};
  std::optional<std::int64_t> repetition{};  // 1.5.1 and newer
  std::string label{};
  std::string error{};                          // why the benchmark failed, or ""
  std::string real_unusable{}, cpu_unusable{};  // why its time cannot be used, or ""
  std::string skipped{};                        // why it was not run, or ""
  std::string unit{};                           // of the times in the file
  double real_ns = 0, cpu_ns = 0;
  std::map<std::string, double> counters{};  // all numbers but Google Benchmark's own fields
};

// The entries of the list. Files of Google Benchmark 1.0 to 1.4, which have no `run_type`, are read
// as these versions meant them (old_versions.hpp). Entries of BigO and RMS, which are no times, are
// left out. Throws Error (exit code 2) that begins with `file` for an entry that is no object or
// has no name, and nlohmann::json::exception for a field of another type.
std::vector<Entry> entries_of(const nlohmann::json& runs, const std::string& file);

}  // namespace reprise::compare
