#include "bench/compare/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "bench/compare/benchmark_name.hpp"
#include "bench/compare/entry_groups.hpp"
#include "bench/compare/result_text.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "reprise/data/json.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

constexpr std::uintmax_t kLargest = 64u << 20;  // bytes: about 100,000 benchmarks
// A program writes nothing while it runs the repetitions of one benchmark.
constexpr double kPipeSeconds = 300;

std::map<std::string, std::string> context_of(const json& document) {
  std::map<std::string, std::string> fields;
  const auto context = document.find("context");
  if (context == document.end()) return fields;
  for (const auto& [key, value] : context->items()) {
    if (value.is_string()) fields[key] = one_line(value.get<std::string>());
    if (value.is_number() || value.is_boolean()) fields[key] = json_text(value);
  }
  return fields;
}

// Whether one of our own programs wrote the file: they add their version, "1.2.3 (commit ...)", as
// the field `reprise` of the context (bench/harness/run_program.cpp).
bool is_own(const std::map<std::string, std::string>& context) {
  const auto version = context.find("reprise");
  return version != context.end() && version->second.find(" (commit ") != std::string::npos;
}

std::optional<std::uint32_t> digest_of(const std::map<std::string, double>& counters) {
  const auto found = counters.find("digest");
  if (found == counters.end() || !(found->second >= 0 && found->second <= 4294967295.0)) return {};
  return static_cast<std::uint32_t>(found->second);
}

void take_own_counters(BenchmarkResult& result, const std::map<std::string, double>& counters) {
  const auto before = result.digest;
  result.digest = digest_of(counters);
  if (before && result.digest && *before != *result.digest) result.other_digest = before;
  const auto borrowed = counters.find("borrowed");
  result.borrowed = borrowed != counters.end() && borrowed->second > 0;
}

void add_repetition(BenchmarkResult& result, const Entry& entry, bool own) {
  result.repetitions.push_back(entry.real_ns);
  result.cpu_repetitions.push_back(entry.cpu_ns);
  result.counters = entry.counters;
  if (own) take_own_counters(result, entry.counters);
}

void take_errors(BenchmarkResult& result, const Entry& entry) {
  if (result.real_error.empty()) result.real_error = entry.real_unusable;
  if (result.cpu_error.empty()) result.cpu_error = entry.cpu_unusable;
}

// A benchmark from its entries. Sets `unusable` if it has no time by the clock because its file has
// none.
BenchmarkResult result_of(const EntryGroup& group, bool own, Clock clock, bool& unusable) {
  BenchmarkResult result;
  std::string unit;
  const Entry* reported_median = nullptr;
  for (const Entry& entry : group.entries) {
    if (!entry.label.empty() || entry.statistic.empty()) result.label = entry.label;
    if (result.error.empty()) result.error = entry.error;
    if (entry.statistic == "median") reported_median = &entry;
    if (!entry.statistic.empty() || !entry.error.empty()) continue;
    take_errors(result, entry);
    if (result.error.empty() && !unit.empty() && unit != entry.unit) {
      result.error =
          fmt::format("found times in {} and in {}, expected one unit", unit, entry.unit);
      unusable = true;
    }
    unit = entry.unit;
    add_repetition(result, entry, own);
  }
  // ReportAggregatesOnly writes no repetitions: the median stands for them
  if (result.repetitions.empty() && result.error.empty()) {
    result.aggregates_only = true;
    if (reported_median == nullptr) {
      result.error = "found neither repetitions nor their median";
      unusable = true;
    } else {
      take_errors(result, *reported_median);
      add_repetition(result, *reported_median, own);
    }
  }
  if (result.error.empty()) {
    const std::string& error = clock == Clock::real_time ? result.real_error : result.cpu_error;
    unusable = !error.empty();
    result.real_ns = median(result.repetitions);
    result.cpu_ns = median(result.cpu_repetitions);
  }
  return result;
}

std::string skipped_of(const EntryGroup& group) {
  for (const Entry& entry : group.entries) {
    if (!entry.skipped.empty()) return entry.skipped;
  }
  return "";
}

void require_some_time(const ResultFile& result, std::size_t unusable, Clock clock,
                       const std::string& name) {
  if (result.benchmarks.empty()) {
    const std::string why = result.skipped.empty()
                                ? "does the filter match any?"
                                : fmt::format("the program skips all of them: {}",
                                              printable(result.skipped.front().why));
    throw Error(fmt::format("{}: found no benchmarks, expected at least one ({})", name, why));
  }
  if (unusable < result.benchmarks.size()) return;
  const BenchmarkResult& first = result.benchmarks.front();
  const std::string& of_clock = clock == Clock::real_time ? first.real_error : first.cpu_error;
  throw Error(fmt::format("{}: benchmark '{}': {}", name, printable(first.name),
                          first.error.empty() ? of_clock : first.error));
}

}  // namespace

const BenchmarkResult* ResultFile::find(const std::string& name) const {
  const auto found = positions_.find(name);
  return found == positions_.end() ? nullptr : &benchmarks[found->second];
}

bool ResultFile::skips(const std::string& name) const { return skipped_names_.contains(name); }

std::size_t ResultFile::count(const std::string& family_name) const {
  const auto found = counts_.find(family_name);
  return found == counts_.end() ? 0 : found->second;
}

void ResultFile::update_index() {
  positions_.clear();
  counts_.clear();
  skipped_names_.clear();
  for (std::size_t i = 0; i < benchmarks.size(); ++i) {
    positions_[benchmarks[i].name] = i;
    ++counts_[benchmarks[i].family_name];
  }
  for (const SkippedBenchmark& benchmark : skipped) {
    skipped_names_.insert(benchmark.name);
    ++counts_[benchmark.family_name];
  }
}

ResultFile parse_result(const std::string& text, const std::string& name,
                        const ReadOptions& options) {
  ResultFile result;
  std::size_t unusable_results = 0;
  try {
    const json document = parse_result_text(text, name);
    const auto runs = document.is_object() ? document.find("benchmarks") : document.end();
    if (!document.is_object() || runs == document.end() || !runs->is_array()) {
      throw Error(
          fmt::format("{}: found JSON without a list 'benchmarks', expected Google "
                      "Benchmark's",
                      name));
    }
    result.context = context_of(document);
    const bool own = is_own(result.context);
    std::vector<Entry> entries = entries_of(*runs, name);
    const auto groups = group_entries(std::move(entries), options.asked_repetitions, name);
    std::unordered_map<std::string, std::size_t> numbers;
    const std::regex in_group(options.group);
    for (const EntryGroup& group : groups) {
      std::string common = common_name(group.name, options.varied);
      if (!options.group.empty()) {
        common = std::regex_replace(common, in_group, "*", std::regex_constants::format_first_only);
      }
      const std::string family_name = one_line(common);
      const std::string shown = numbered_name(family_name, ++numbers[family_name]);
      if (const std::string why = skipped_of(group); !why.empty()) {
        result.skipped.push_back({shown, family_name, why});
        continue;
      }
      bool unusable = false;
      result.benchmarks.push_back(result_of(group, own, options.clock, unusable));
      result.benchmarks.back().name = shown;
      result.benchmarks.back().family_name = family_name;
      result.benchmarks.back().own_name = group.name;
      if (unusable) ++unusable_results;
    }
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found a field of another type, expected Google Benchmark's JSON "
                    "({})",
                    name, printable(error.what())));
  }
  result.update_index();
  require_some_time(result, unusable_results, options.clock, name);
  return result;
}

ResultFile read_result(const std::filesystem::path& file, const std::string& name,
                       const ReadOptions& options) {
  const std::string shown = name.empty() ? file.string() : name;
  return parse_result(read_file_or_pipe(file, kLargest, kPipeSeconds), shown, options);
}

}  // namespace reprise::compare
