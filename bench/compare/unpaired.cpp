#include "bench/compare/unpaired.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <unordered_map>

#include "bench/compare/noise_warnings.hpp"
#include "reprise/core/error.hpp"
#include "reprise/stats/two_samples.hpp"

namespace reprise::compare {

namespace {

std::vector<double> logs(const BenchmarkResult& result, Clock clock) {
  std::vector<double> all;
  for (const double time :
       clock == Clock::real_time ? result.repetitions : result.cpu_repetitions) {
    if (time > 0) all.push_back(std::log(time));
  }
  return all;
}

Verdict compared(const BenchmarkResult& a, const BenchmarkResult& b,
                 const UnpairedOptions& options) {
  Verdict verdict;
  verdict.contender = 1;
  verdict.error = !a.error.empty() ? a.error : b.error;
  if (!verdict.error.empty()) {
    verdict.label = Label::failed;
    return verdict;
  }
  const Clock clock = options.judging.clock;
  const auto x = logs(a, clock), y = logs(b, clock);
  const Interval shift = shift_interval(x, y, 1 - options.level);
  const double drift = std::log1p(options.drift);
  verdict.ratio = std::exp(shift.estimate);
  verdict.low = std::exp(shift.low - drift);
  verdict.high = std::exp(shift.high + drift);
  verdict.p = mann_whitney_p(x, y);
  verdict.minimum_detectable_effect = options.drift;
  verdict.different_bits = a.digest() && b.digest() && *a.digest() != *b.digest();
  return verdict;
}

// Removes the benchmarks that the filter does not select.
void apply_filter(ResultFile& file, const std::string& filter, const std::string& name) {
  if (filter.empty()) return;
  const bool inverted = filter.starts_with('-');
  std::regex pattern;
  try {
    pattern = std::regex(filter.substr(inverted ? 1 : 0), std::regex::extended);
  } catch (const std::regex_error&) {
    throw Error(
        fmt::format("--filter: found '{}', expected a regular expression", printable(filter)));
  }
  std::erase_if(file.benchmarks, [&](const BenchmarkResult& result) {
    return std::regex_search(result.name, pattern) == inverted;
  });
  if (file.benchmarks.empty()) {
    throw Error(fmt::format("--filter: found '{}', which matches no benchmark of {}",
                            printable(filter), name));
  }
}

void refuse_two_digests(const BenchmarkResult& result, const std::string& file) {
  if (!result.other_digest) return;
  throw Error(fmt::format("{}: benchmark '{}': found two digests, {:08x} and {:08x}, expected one",
                          file, printable(result.name), *result.other_digest, *result.digest()));
}

std::unordered_map<std::string, const BenchmarkResult*> by_name(const ResultFile& file) {
  std::unordered_map<std::string, const BenchmarkResult*> results;
  for (const BenchmarkResult& result : file.benchmarks) results[result.name] = &result;
  return results;
}

std::vector<std::string> warnings_about(const ResultFile& a, const ResultFile& b, double drift) {
  std::vector<std::string> warnings{fmt::format(
      "the times of two files were not taken in interleaved rounds: what the machine did meanwhile "
      "is in the ratios. Each interval is {:.0f} % wider at both ends; 'reprise compare A B' "
      "on the programs themselves gives more information",
      100 * drift)};
  for (const char* field : {"host_name", "num_cpus", "mhz_per_cpu", "cpu_scaling_enabled"}) {
    const auto in_a = a.context.find(field), in_b = b.context.find(field);
    if (in_a == a.context.end() || in_b == b.context.end() || in_a->second == in_b->second) {
      continue;
    }
    warnings.push_back(fmt::format("the files differ in {}: '{}' and '{}'", field,
                                   printable(in_a->second), printable(in_b->second)));
  }
  return warnings;
}

}  // namespace

UnpairedComparison compare_files(const std::filesystem::path& file_a,
                                 const std::filesystem::path& file_b,
                                 const UnpairedOptions& options) {
  ResultFile a = read_result(file_a), b = read_result(file_b);
  UnpairedComparison result;
  result.files = {file_a.string(), file_b.string()};
  result.options = options;
  apply_filter(a, options.filter, file_a.string());
  apply_filter(b, options.filter, file_b.string());
  result.warnings = warnings_about(a, b, options.drift);
  for (const auto* file : {&a, &b}) {
    const auto name = file == &a ? file_a.string() : file_b.string();
    for (const BenchmarkResult& benchmark : file->benchmarks) refuse_two_digests(benchmark, name);
    for (const SkippedBenchmark& skipped : file->skipped) {
      result.left_out.push_back(
          fmt::format("{} (skipped in {}: {})", skipped.name, name, skipped.why));
    }
    for (const auto& line : build_noise_warnings(file->context, name)) {
      result.warnings.push_back(line);
    }
  }
  const auto in_a = by_name(a), in_b = by_name(b);
  for (const BenchmarkResult& of_a : a.benchmarks) {
    const auto found = in_b.find(of_a.name);
    if (found == in_b.end()) {
      if (b.skips(of_a.name)) continue;
      result.left_out.push_back(fmt::format("{} (only in {})", of_a.name, file_a.string()));
      continue;
    }
    const BenchmarkResult& of_b = *found->second;
    Verdict verdict = compared(of_a, of_b, options);
    verdict.benchmark = result.benchmarks.size();
    result.benchmarks.push_back(of_a.name);
    result.fewest_repetitions.push_back(std::min(of_a.repetitions.size(), of_b.repetitions.size()));
    result.verdicts.push_back(verdict);
  }
  for (const BenchmarkResult& of_b : b.benchmarks) {
    if (in_a.contains(of_b.name) || a.skips(of_b.name)) continue;
    result.left_out.push_back(fmt::format("{} (only in {})", of_b.name, file_b.string()));
  }
  if (result.benchmarks.empty()) {
    throw Error(fmt::format("{}: found no benchmark that is also in {}, expected at least one",
                            file_b.string(), file_a.string()));
  }
  adjust(result.verdicts);
  for (Verdict& verdict : result.verdicts) {
    if (verdict.label == Label::failed) continue;
    verdict.label = label_of(verdict, options.level, options.judging.margin, true);
  }
  return result;
}

}  // namespace reprise::compare
