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

constexpr std::uintmax_t kLargest = 64u << 20;  // bytes: some 100,000 rows
constexpr int kDeepest = 16;  // lists and objects within each other; its own are 4

double nanoseconds_of(const std::string& unit, const std::string& where) {
  if (unit == "ns") return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  if (unit == "s") return 1e9;
  throw Error(
      fmt::format("{}: found time_unit '{}', expected ns, us, ms or s", where, printable(unit)));
}

double time_of(const json& row, const char* field, const std::string& where) {
  const auto found = row.find(field);
  if (found == row.end() || !found->is_number()) {
    throw Error(fmt::format("{}: found no number '{}', expected Google Benchmark's", where, field));
  }
  const double time = found->get<double>();
  // a clock of processor time may tick too seldom for a row; the wall clock does not
  const bool right = std::string_view(field) == "real_time" ? time > 0 : time >= 0;
  if (!std::isfinite(time) || !right) {
    throw Error(fmt::format("{}: found {} {}, expected a time {}", where, field, time,
                            std::string_view(field) == "real_time" ? "above 0" : "of at least 0"));
  }
  return time;
}

std::string text_of(const json& row, const char* field) {
  const auto found = row.find(field);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Google Benchmark writes the coefficient of variation of a counter that is 0 as a bare NaN at the
// end of a line, which is no JSON.
std::string without_nan(const std::string& text) {
  constexpr std::string_view kField = "\": ";
  std::string kept;
  std::size_t from = 0;
  for (auto at = text.find(kField); at != std::string::npos; at = text.find(kField, at + 1)) {
    const std::size_t value = at + kField.size();
    const std::size_t word = value + (text.compare(value, 1, "-") == 0 ? 1 : 0);
    for (const std::string_view bare : {"nan", "NaN", "inf", "Infinity"}) {
      if (text.compare(word, bare.size(), bare) != 0) continue;
      const std::size_t end = word + bare.size();
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

// All that is a number and none of Google Benchmark's own fields.
std::map<std::string, double> counters_of(const json& row) {
  std::map<std::string, double> counters;
  for (const auto& [key, value] : row.items()) {
    const bool own = key == "family_index" || key == "per_family_instance_index" ||
                     key == "repetitions" || key == "repetition_index" || key == "threads" ||
                     key == "iterations" || key == "real_time" || key == "cpu_time";
    if (!own && value.is_number()) counters[key] = value.get<double>();
  }
  return counters;
}

// A row while its file is read.
struct Reading {
  BenchmarkResult benchmark;
  std::string unit;
  std::optional<std::pair<double, double>> median;  // of the aggregates: real and processor time
  std::string skipped;                              // why, or ""
};

// In the order of the file.
struct Readings {
  std::vector<Reading> all;
  std::unordered_map<std::string, std::size_t> places;

  Reading& of(const std::string& name) {
    const auto [place, is_new] = places.try_emplace(name, all.size());
    if (is_new) all.push_back({{.name = name}, "", {}, ""});
    return all[place->second];
  }
};

void add_row(const json& row, const std::string& file, Readings& readings) {
  if (!row.is_object()) throw Error(fmt::format("{}: found a row that is no object", file));
  const bool iteration = row.value("run_type", std::string("iteration")) == "iteration";
  if (!iteration && text_of(row, "aggregate_name") != "median") return;
  std::string name = one_line(text_of(row, "run_name"));
  if (name.empty()) name = one_line(text_of(row, "name"));
  if (name.empty()) throw Error(fmt::format("{}: found a row without a name", file));
  const std::string where = fmt::format("{}: row '{}'", file, printable(name));
  Reading& reading = readings.of(name);
  reading.benchmark.label = one_line(text_of(row, "label"));
  if (row.value("error_occurred", false)) {
    reading.benchmark.error = one_line(text_of(row, "error_message"));
    if (reading.benchmark.error.empty()) reading.benchmark.error = "failed without a reason";
    return;
  }
  // of Google Benchmark 1.8 and newer: what cannot be run here is no failure
  if (row.value("skipped", false)) {
    reading.skipped = one_line(text_of(row, "skip_message"));
    if (reading.skipped.empty()) reading.skipped = "without a reason";
    return;
  }
  const std::string unit = text_of(row, "time_unit");
  const double nanoseconds = nanoseconds_of(unit, where);
  const double real = time_of(row, "real_time", where) * nanoseconds;
  const double cpu = time_of(row, "cpu_time", where) * nanoseconds;
  if (!iteration) {
    reading.median = {real, cpu};
    if (reading.benchmark.counters.empty()) reading.benchmark.counters = counters_of(row);
    return;
  }
  if (!reading.unit.empty() && reading.unit != unit) {
    throw Error(fmt::format("{}: found times in {} and in {}, expected one unit", where,
                            reading.unit, unit));
  }
  const auto before = reading.benchmark.digest();
  reading.unit = unit;
  reading.benchmark.repetitions.push_back(real);
  reading.benchmark.cpu_repetitions.push_back(cpu);
  reading.benchmark.counters = counters_of(row);
  if (before && reading.benchmark.digest() && *before != *reading.benchmark.digest()) {
    reading.benchmark.other_digest = before;
  }
}

BenchmarkResult finished(Reading reading) {
  BenchmarkResult& row = reading.benchmark;
  // a program of ReportAggregatesOnly writes no repetitions: its median is one value of them
  if (row.repetitions.empty() && reading.median) {
    row.repetitions = {reading.median->first};
    row.cpu_repetitions = {reading.median->second};
  }
  if (row.error.empty() && !row.repetitions.empty()) {
    row.real_ns = median(row.repetitions);
    row.cpu_ns = median(row.cpu_repetitions);
  }
  return row;
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
    throw Error(fmt::format("{}: found nothing in it, expected Google Benchmark's JSON", name));
  }
  ResultFile result;
  try {
    const json document = parsed(text, name);
    const auto rows = document.is_object() ? document.find("benchmarks") : document.end();
    if (!document.is_object() || rows == document.end() || !rows->is_array()) {
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
    for (const json& row : *rows) add_row(row, name, readings);
    for (Reading& reading : readings.all) {
      if (reading.skipped.empty()) {
        result.benchmarks.push_back(finished(std::move(reading)));
      } else {
        result.skipped.push_back({reading.benchmark.name, reading.skipped});
      }
    }
  } catch (const json::parse_error& error) {
    throw Error(fmt::format("{}: found no whole JSON, expected Google Benchmark's ({})", name,
                            printable(error.what())));
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found a field of another type, expected Google Benchmark's JSON "
                    "({})",
                    name, printable(error.what())));
  }
  if (result.benchmarks.empty()) {
    const std::string why = result.skipped.empty()
                                ? "a filter that fits none?"
                                : fmt::format("the program skips all of its own: {}",
                                              printable(result.skipped.front().why));
    throw Error(fmt::format("{}: found no rows, expected at least one ({})", name, why));
  }
  return result;
}

ResultFile read_result(const std::filesystem::path& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  std::ifstream in(file, std::ios::binary);
  if (failed || !in) throw Error(fmt::format("{}: cannot be read", file.string()));
  if (size > kLargest) {
    throw Error(fmt::format("{}: found {} MB, expected at most {}", file.string(), size >> 20,
                            kLargest >> 20));
  }
  std::ostringstream text;
  text << in.rdbuf();
  return parse_result(text.str(), file.string());
}

}  // namespace reprise::compare
