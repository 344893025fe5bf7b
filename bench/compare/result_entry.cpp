#include "bench/compare/result_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "bench/compare/old_versions.hpp"
#include "reprise/core/error.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

// Times beyond these limits are no measurements; within them no ratio and no median overflows.
constexpr double kLongest = 1e18, kShortest = 1e-12;  // nanoseconds; 1e18 are 31 years

// std::regex, which --filter uses, takes some of the stack for each byte.
constexpr std::size_t kLongestName = 4096;

std::string text_of(const json& run, const char* field) {
  const auto found = run.find(field);
  return found != run.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> index_of(const json& run, const char* field) {
  const auto found = run.find(field);
  if (found == run.end() || !found->is_number_integer()) return {};
  return found->get<std::int64_t>();
}

// Nanoseconds, or 0 for another unit.
double nanoseconds_of(const std::string& unit) {
  if (unit == "ns") return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  return unit == "s" ? 1e9 : 0;
}

// The time in nanoseconds; sets `unusable` if it is none. A clock that is too coarse for a short
// benchmark reads 0, which is a time: the other clock may have measured it.
double time_of(const json& run, const char* field, const std::string& unit, std::string& unusable) {
  const auto refuse = [&](const std::string& found, const char* expected) {
    if (unusable.empty()) unusable = fmt::format("found {}, expected {}", found, expected);
    return 0.0;
  };
  const auto found = run.find(field);
  if (found != run.end() && found->is_string()) {  // NaN, see result_text.hpp
    return refuse(fmt::format("{} {}", field, printable(found->get<std::string>())),
                  "a finite time");
  }
  if (found == run.end() || !found->is_number()) {
    return refuse(fmt::format("no number '{}'", field), "Google Benchmark's");
  }
  const double time = found->get<double>(), scaled = time * nanoseconds_of(unit);
  const std::string shown = fmt::format("{} {} {}", field, time, unit);
  if (!(time >= 0)) return refuse(shown, "a time of at least 0");
  if (!(scaled <= kLongest)) return refuse(shown, "at most 1e18 ns, which are 31 years");
  if (scaled > 0 && scaled < kShortest) return refuse(shown, "0 or at least 1e-12 ns");
  return scaled;
}

std::map<std::string, double> counters_of(const json& run) {
  constexpr std::string_view kOwn[] = {"family_index", "per_family_instance_index",
                                       "repetitions",  "repetition_index",
                                       "threads",      "iterations",
                                       "real_time",    "cpu_time"};
  std::map<std::string, double> counters;
  for (const auto& [key, value] : run.items()) {
    if (std::ranges::find(kOwn, key) == std::end(kOwn) && value.is_number()) {
      counters[key] = value.get<double>();
    }
  }
  return counters;
}

Entry entry_of(const json& run, Entry entry, bool is_old) {
  entry.family = index_of(run, "family_index");
  entry.instance = index_of(run, "per_family_instance_index");
  entry.repetition = index_of(run, "repetition_index");
  entry.label = one_line(text_of(run, "label"));
  if (run.value("error_occurred", false)) {
    entry.error = one_line(text_of(run, "error_message"));
    if (entry.error.empty()) entry.error = "failed without giving a reason";
    return entry;
  }
  // Google Benchmark 1.8 and newer: a benchmark that cannot be run here has not failed
  if (run.value("skipped", false)) {
    entry.skipped = one_line(text_of(run, "skip_message"));
    if (entry.skipped.empty()) entry.skipped = "no reason given";
    return entry;
  }
  if (!entry.statistic.empty() && entry.statistic != "median") return entry;
  entry.unit = text_of(run, "time_unit");
  // the first versions knew no other unit
  if (is_old && !run.contains("time_unit")) entry.unit = "ns";
  if (nanoseconds_of(entry.unit) == 0) {
    entry.real_unusable = entry.cpu_unusable =
        fmt::format("found time_unit '{}', expected ns, us, ms or s", printable(entry.unit));
  }
  entry.real_ns = time_of(run, "real_time", entry.unit, entry.real_unusable);
  entry.cpu_ns = time_of(run, "cpu_time", entry.unit, entry.cpu_unusable);
  entry.counters = counters_of(run);
  return entry;
}

}  // namespace

std::vector<Entry> entries_of(const json& runs, const std::string& file) {
  for (const json& run : runs) {
    if (run.is_object()) continue;
    throw Error(fmt::format("{}: found a benchmark that is not a JSON object", file));
  }
  const bool is_old =
      std::ranges::none_of(runs, [](const json& run) { return run.contains("run_type"); });
  const std::vector<std::string> old = is_old ? old_statistics(runs) : std::vector<std::string>();
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Entry entry{.name = text_of(runs[i], "run_name"), .statistic = ""};
    if (entry.name.empty()) entry.name = text_of(runs[i], "name");
    if (is_old) {
      entry.statistic = old[i];
      if (!old[i].empty()) entry.name.resize(entry.name.size() - old[i].size() - 1);
    } else if (runs[i].value("run_type", std::string("iteration")) != "iteration") {
      entry.statistic = text_of(runs[i], "aggregate_name");
      if (entry.statistic.empty()) entry.statistic = "unnamed";
    }
    if (entry.name.empty()) {
      throw Error(fmt::format("{}: found a benchmark without a name", file));
    }
    if (entry.name.size() > kLongestName) {
      throw Error(
          fmt::format("{}: found the name of a benchmark with {} bytes, expected at most {}", file,
                      entry.name.size(), kLongestName));
    }
    if (entry.statistic == "BigO" || entry.statistic == "RMS") continue;
    entries.push_back(entry_of(runs[i], std::move(entry), is_old));
  }
  return entries;
}

}  // namespace reprise::compare
