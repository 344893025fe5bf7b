#include "bench/compare/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <unordered_map>

#include "reprise/core/error.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

constexpr std::uintmax_t kLargest = 64u << 20;  // bytes: about 100,000 benchmarks
constexpr int kDeepest = 16;  // nested lists and objects; Google Benchmark nests 4

double nanoseconds_of(const std::string& unit, const std::string& where) {
  if (unit == "ns") return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  if (unit == "s") return 1e9;
  throw Error(
      fmt::format("{}: found time_unit '{}', expected ns, us, ms or s", where, printable(unit)));
}

double time_of(const json& run, const char* field, const std::string& where) {
  const auto found = run.find(field);
  if (found == run.end() || !found->is_number()) {
    throw Error(fmt::format("{}: found no number '{}', expected Google Benchmark's", where, field));
  }
  const double time = found->get<double>();
  // the CPU clock may be too coarse for a short benchmark; the wall clock is not
  const bool right = std::string_view(field) == "real_time" ? time > 0 : time >= 0;
  if (!std::isfinite(time) || !right) {
    throw Error(fmt::format("{}: found {} {}, expected a time {}", where, field, time,
                            std::string_view(field) == "real_time" ? "above 0" : "of at least 0"));
  }
  return time;
}

std::string text_of(const json& run, const char* field) {
  const auto found = run.find(field);
  return found != run.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Google Benchmark writes the coefficient of variation of a counter that is 0 as a bare NaN at the
// end of a line, which is not JSON.
std::string without_nan(const std::string& text) {
  constexpr std::string_view kField = "\": ";
  std::string kept;
  std::size_t from = 0;
  for (auto at = text.find(kField); at != std::string::npos; at = text.find(kField, at + 1)) {
    const std::size_t value = at + kField.size();
    const std::size_t token = value + (text.compare(value, 1, "-") == 0 ? 1 : 0);
    for (const std::string_view bare : {"nan", "NaN", "inf", "Infinity"}) {
      if (text.compare(token, bare.size(), bare) != 0) continue;
      const std::size_t end = token + bare.size();
      if (text.compare(end, 1, "\n") != 0 && text.compare(end, 2, ",\n") != 0) continue;
      kept += text.substr(from, value - from) + "null";
      from = end;
    }
  }
  return kept + text.substr(from);
}

json parsed(const std::string& text, const std::string& name) {
  return json::parse(without_nan(text), [&](int depth, json::parse_event_t, json&) {
    if (depth <= kDeepest) return true;
    throw Error(
        fmt::format("{}: found JSON nested deeper than {} levels, expected Google "
                    "Benchmark's",
                    name, kDeepest));
  });
}

// All numbers except Google Benchmark's own fields.
std::map<std::string, double> counters_of(const json& run) {
  std::map<std::string, double> counters;
  for (const auto& [key, value] : run.items()) {
    const bool own = key == "family_index" || key == "per_family_instance_index" ||
                     key == "repetitions" || key == "repetition_index" || key == "threads" ||
                     key == "iterations" || key == "real_time" || key == "cpu_time";
    if (!own && value.is_number()) counters[key] = value.get<double>();
  }
  return counters;
}

// A benchmark while its file is read.
struct Reading {
  BenchmarkResult result;
  std::string unit;
  std::optional<std::pair<double, double>> median;  // the reported real and CPU time
  std::string skipped;                              // the reason, or ""
};

// The benchmarks in the order of the file.
struct Readings {
  std::vector<Reading> all;
  std::unordered_map<std::string, std::size_t> indices;

  Reading& of(const std::string& name) {
    const auto [index, is_new] = indices.try_emplace(name, all.size());
    if (is_new) all.push_back({{.name = name}, "", {}, ""});
    return all[index->second];
  }
};

// Adds an entry of the list `benchmarks`: a repetition or an aggregate.
void add_run(const json& run, const std::string& file, Readings& readings) {
  if (!run.is_object()) {
    throw Error(fmt::format("{}: found a benchmark that is not a JSON object", file));
  }
  const bool iteration = run.value("run_type", std::string("iteration")) == "iteration";
  if (!iteration && text_of(run, "aggregate_name") != "median") return;
  std::string name = one_line(text_of(run, "run_name"));
  if (name.empty()) name = one_line(text_of(run, "name"));
  if (name.empty()) throw Error(fmt::format("{}: found a benchmark without a name", file));
  const std::string where = fmt::format("{}: benchmark '{}'", file, printable(name));
  Reading& reading = readings.of(name);
  reading.result.label = one_line(text_of(run, "label"));
  if (run.value("error_occurred", false)) {
    reading.result.error = one_line(text_of(run, "error_message"));
    if (reading.result.error.empty()) reading.result.error = "failed without giving a reason";
    return;
  }
  // Google Benchmark 1.8 and newer: a benchmark that cannot be run here has not failed
  if (run.value("skipped", false)) {
    reading.skipped = one_line(text_of(run, "skip_message"));
    if (reading.skipped.empty()) reading.skipped = "no reason given";
    return;
  }
  const std::string unit = text_of(run, "time_unit");
  const double nanoseconds = nanoseconds_of(unit, where);
  const double real = time_of(run, "real_time", where) * nanoseconds;
  const double cpu = time_of(run, "cpu_time", where) * nanoseconds;
  if (!iteration) {
    reading.median = {real, cpu};
    if (reading.result.counters.empty()) reading.result.counters = counters_of(run);
    return;
  }
  if (!reading.unit.empty() && reading.unit != unit) {
    throw Error(fmt::format("{}: found times in {} and in {}, expected one unit", where,
                            reading.unit, unit));
  }
  const auto before = reading.result.digest();
  reading.unit = unit;
  reading.result.repetitions.push_back(real);
  reading.result.cpu_repetitions.push_back(cpu);
  reading.result.counters = counters_of(run);
  if (before && reading.result.digest() && *before != *reading.result.digest()) {
    reading.result.other_digest = before;
  }
}

BenchmarkResult finished(Reading reading) {
  BenchmarkResult& result = reading.result;
  // ReportAggregatesOnly writes no repetitions: the median stands for them
  if (result.repetitions.empty() && reading.median) {
    result.repetitions = {reading.median->first};
    result.cpu_repetitions = {reading.median->second};
  }
  if (result.error.empty() && !result.repetitions.empty()) {
    result.real_ns = median(result.repetitions);
    result.cpu_ns = median(result.cpu_repetitions);
  }
  return result;
}

}  // namespace

std::optional<std::uint32_t> BenchmarkResult::digest() const {
  const auto found = counters.find("digest");
  if (found == counters.end() || found->second < 0 || found->second > 4294967295.0) return {};
  return static_cast<std::uint32_t>(found->second);
}

const BenchmarkResult* ResultFile::find(const std::string& name) const {
  const auto found = std::ranges::find(benchmarks, name, &BenchmarkResult::name);
  return found == benchmarks.end() ? nullptr : &*found;
}

bool ResultFile::skips(const std::string& name) const {
  return std::ranges::find(skipped, name, &SkippedBenchmark::name) != skipped.end();
}

ResultFile parse_result(const std::string& text, const std::string& name) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    throw Error(fmt::format("{}: found an empty file, expected Google Benchmark's JSON", name));
  }
  ResultFile result;
  try {
    const json document = parsed(text, name);
    const auto runs = document.is_object() ? document.find("benchmarks") : document.end();
    if (!document.is_object() || runs == document.end() || !runs->is_array()) {
      throw Error(
          fmt::format("{}: found JSON without a list 'benchmarks', expected Google "
                      "Benchmark's",
                      name));
    }
    if (const auto context = document.find("context"); context != document.end()) {
      for (const auto& [key, value] : context->items()) {
        if (value.is_string()) result.context[key] = one_line(value.get<std::string>());
        if (value.is_number() || value.is_boolean()) result.context[key] = value.dump();
      }
    }
    Readings readings;
    for (const json& run : *runs) add_run(run, name, readings);
    for (Reading& reading : readings.all) {
      if (reading.skipped.empty()) {
        result.benchmarks.push_back(finished(std::move(reading)));
      } else {
        result.skipped.push_back({reading.result.name, reading.skipped});
      }
    }
  } catch (const json::parse_error& error) {
    throw Error(
        fmt::format("{}: found incomplete or invalid JSON, expected Google Benchmark's ({})", name,
                    printable(error.what())));
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found a field of another type, expected Google Benchmark's JSON "
                    "({})",
                    name, printable(error.what())));
  }
  if (result.benchmarks.empty()) {
    const std::string why = result.skipped.empty()
                                ? "does the filter match any?"
                                : fmt::format("the program skips all of them: {}",
                                              printable(result.skipped.front().why));
    throw Error(fmt::format("{}: found no benchmarks, expected at least one ({})", name, why));
  }
  return result;
}

ResultFile read_result(const std::filesystem::path& file, const std::string& name) {
  const std::string shown = name.empty() ? file.string() : name;
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  std::ifstream in(file, std::ios::binary);
  if (failed || !in) throw Error(fmt::format("{}: cannot be read", shown));
  if (size > kLargest) {
    throw Error(
        fmt::format("{}: found {} MB, expected at most {}", shown, size >> 20, kLargest >> 20));
  }
  std::ostringstream text;
  text << in.rdbuf();
  return parse_result(text.str(), shown);
}

}  // namespace reprise::compare
