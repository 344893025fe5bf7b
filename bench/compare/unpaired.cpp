#include "bench/compare/unpaired.hpp"

#include <fmt/format.h>

#include <cmath>
#include <regex>
#include <unordered_map>

#include "bench/compare/noise_warnings.hpp"
#include "reprise/core/error.hpp"
#include "reprise/stats/two_samples.hpp"

namespace reprise::compare {

namespace {

std::vector<double> logs(const BenchmarkResult& row, Clock clock) {
  std::vector<double> all;
  for (const double time : clock == Clock::real_time ? row.repetitions : row.cpu_repetitions) {
    if (time > 0) all.push_back(std::log(time));
  }
  return all;
}

Verdict compared(const BenchmarkResult& a, const BenchmarkResult& b,
                 const UnpairedOptions& options) {
  Verdict row;
  row.error = !a.error.empty() ? a.error : b.error;
  if (!row.error.empty()) {
    row.label = Label::failed;
    return row;
  }
  const Clock clock = options.judging.clock;
  const auto x = logs(a, clock), y = logs(b, clock);
  const Interval shift = shift_interval(x, y, 1 - options.level);
  const double drift = std::log1p(options.drift);
  row.ratio = std::exp(shift.estimate);
  row.low = std::exp(shift.low - drift);
  row.high = std::exp(shift.high + drift);
  row.p = mann_whitney_p(x, y);
  row.minimum_detectable_effect = options.drift;
  row.different_bits = a.digest() && b.digest() && *a.digest() != *b.digest();
  return row;
}

Label label_of(const Verdict& row, const UnpairedOptions& options) {
  const double upper = 1 + options.judging.margin, lower = 1 / upper;
  if (row.adjusted_p <= options.level && row.low > upper) return Label::regression;
  if (row.adjusted_p <= options.level && row.high < lower) return Label::improvement;
  if (row.low >= lower && row.high <= upper) return Label::unchanged;
  return Label::insufficient_data;
}

// Leaves the rows that the filter takes.
void take_filtered(ResultFile& file, const std::string& filter, const std::string& name) {
  if (filter.empty()) return;
  const bool others = filter.starts_with('-');
  std::regex pattern;
  try {
    pattern = std::regex(filter.substr(others ? 1 : 0), std::regex::extended);
  } catch (const std::regex_error&) {
    throw Error(
        fmt::format("--filter: found '{}', expected a regular expression", printable(filter)));
  }
  std::erase_if(file.benchmarks, [&](const BenchmarkResult& row) {
    return std::regex_search(row.name, pattern) == others;
  });
  if (file.benchmarks.empty()) {
    throw Error(
        fmt::format("--filter: found '{}', which takes no row of {}", printable(filter), name));
  }
}

void refuse_two_digests(const BenchmarkResult& row, const std::string& file) {
  if (!row.other_digest) return;
  throw Error(fmt::format("{}: row '{}': found two digests, {:08x} and {:08x}, expected one", file,
                          printable(row.name), *row.other_digest, *row.digest()));
}

std::unordered_map<std::string, const BenchmarkResult*> by_name(const ResultFile& file) {
  std::unordered_map<std::string, const BenchmarkResult*> rows;
  for (const BenchmarkResult& row : file.benchmarks) rows[row.name] = &row;
  return rows;
}

void warn(UnpairedComparison& result, const ResultFile& a, const ResultFile& b,
          const UnpairedOptions& options) {
  result.warnings.push_back(fmt::format(
      "times of two files were not taken in turns: what the machine did meanwhile is in the "
      "ratios. "
      "Each interval is {:.0f} % wider at both ends; 'reprise compare A B' on the programs tells "
      "more",
      100 * options.drift));
  for (const char* field : {"host_name", "num_cpus", "mhz_per_cpu", "cpu_scaling_enabled"}) {
    const auto in_a = a.context.find(field), in_b = b.context.find(field);
    if (in_a == a.context.end() || in_b == b.context.end() || in_a->second == in_b->second) {
      continue;
    }
    result.warnings.push_back(fmt::format("the files differ in {}: '{}' and '{}'", field,
                                          printable(in_a->second), printable(in_b->second)));
  }
}

}  // namespace

UnpairedComparison compare_files(const std::filesystem::path& file_a,
                                 const std::filesystem::path& file_b,
                                 const UnpairedOptions& options) {
  ResultFile a = read_result(file_a), b = read_result(file_b);
  UnpairedComparison result;
  result.files = {file_a.string(), file_b.string()};
  result.options = options;
  take_filtered(a, options.filter, file_a.string());
  take_filtered(b, options.filter, file_b.string());
  for (const auto* file : {&a, &b}) {
    const auto name = file == &a ? file_a.string() : file_b.string();
    for (const BenchmarkResult& row : file->benchmarks) refuse_two_digests(row, name);
    for (const SkippedBenchmark& row : file->skipped) {
      result.left_out.push_back(fmt::format("{} (skipped in {}: {})", row.name, name, row.why));
    }
  }
  const auto in_a = by_name(a), in_b = by_name(b);
  for (const BenchmarkResult& row : a.benchmarks) {
    const auto found = in_b.find(row.name);
    if (found == in_b.end() && b.skips(row.name)) continue;
    if (found == in_b.end()) {
      result.left_out.push_back(fmt::format("{} (only in {})", row.name, file_a.string()));
      continue;
    }
    const BenchmarkResult* other = found->second;
    Verdict verdict = compared(row, *other, options);
    verdict.contender = 1;
    verdict.benchmark = result.benchmarks.size();
    result.benchmarks.push_back(row.name);
    result.fewest_repetitions.push_back(
        std::min(row.repetitions.size(), other->repetitions.size()));
    result.verdicts.push_back(verdict);
  }
  for (const BenchmarkResult& row : b.benchmarks) {
    if (in_a.contains(row.name) || a.skips(row.name)) continue;
    result.left_out.push_back(fmt::format("{} (only in {})", row.name, file_b.string()));
  }
  if (result.benchmarks.empty()) {
    throw Error(fmt::format("{}: found no row that {} has as well, expected some", file_b.string(),
                            file_a.string()));
  }
  adjust(result.verdicts);
  for (Verdict& row : result.verdicts) {
    if (row.label != Label::failed) row.label = label_of(row, options);
  }
  warn(result, a, b, options);
  for (const auto* file : {&a, &b}) {
    const auto name = file == &a ? file_a.string() : file_b.string();
    for (const auto& line : build_noise_warnings(file->context, name))
      result.warnings.push_back(line);
  }
  return result;
}

}  // namespace reprise::compare
