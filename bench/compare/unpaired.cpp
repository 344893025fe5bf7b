#include "bench/compare/unpaired.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "bench/compare/noise_warnings.hpp"
#include "reprise/core/error.hpp"
#include "reprise/stats/ranks.hpp"
#include "reprise/stats/two_samples.hpp"

namespace reprise::compare {

namespace {

const std::vector<double>& times_of(const BenchmarkResult& result, Clock clock) {
  return clock == Clock::real_time ? result.repetitions : result.cpu_repetitions;
}

// Why the benchmark has no time by this clock, or "".
std::string error_of(const BenchmarkResult& result, Clock clock) {
  if (!result.error.empty()) return result.error;
  const std::string& of_clock = clock == Clock::real_time ? result.real_error : result.cpu_error;
  if (!of_clock.empty()) return of_clock;
  const bool read_0 =
      std::ranges::find(times_of(result, clock), 0.0) != times_of(result, clock).end();
  return read_0 ? clock_read_0(clock) : "";
}

std::vector<double> logs(const std::vector<double>& times) {
  std::vector<double> all;
  for (const double time : times) all.push_back(std::log(time));
  return all;
}

Verdict compared(const BenchmarkResult& a, const BenchmarkResult& b, bool by_median,
                 const UnpairedOptions& options) {
  const Clock clock = options.judging.clock;
  const std::string of_a = error_of(a, clock), of_b = error_of(b, clock);
  Verdict verdict;
  if (!of_a.empty() || !of_b.empty()) {
    verdict = failed_verdict(of_a, of_b);
    verdict.contender = 1;
    return verdict;
  }
  auto x = logs(times_of(a, clock)), y = logs(times_of(b, clock));
  if (by_median) {
    x = {median(x)};
    y = {median(y)};
  }
  const Interval shift = shift_interval(x, y, 1 - options.level);
  const double drift = std::log1p(options.drift);
  verdict.contender = 1;
  verdict.ratio = std::exp(shift.estimate);
  verdict.low = std::exp(shift.low - drift);
  verdict.high = std::exp(shift.high + drift);
  verdict.p = mann_whitney_p(x, y);
  verdict.minimum_detectable_effect = options.drift;
  verdict.different_bits = a.digest && b.digest && *a.digest != *b.digest;
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
  const auto is_out = [&](const auto& benchmark) {
    return std::regex_search(benchmark.family_name, pattern) == inverted;
  };
  std::erase_if(file.benchmarks, is_out);
  std::erase_if(file.skipped, is_out);
  file.update_index();
  if (file.benchmarks.empty()) {
    throw Error(fmt::format("--filter: found '{}', which matches no benchmark of {}",
                            printable(filter), name));
  }
}

// The second of two readers of a pipe would wait for bytes that the first one has taken.
void refuse_one_pipe(const std::filesystem::path& a, const std::filesystem::path& b) {
  struct stat of_a {
  }, of_b{};
  if (stat(a.c_str(), &of_a) != 0 || stat(b.c_str(), &of_b) != 0) return;
  const bool same = of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
  if (!S_ISFIFO(of_a.st_mode) || !same) return;
  throw Error(fmt::format("{}: found the same pipe as {}, expected another file",
                          printable(b.string()), printable(a.string())));
}

void refuse_two_digests(const BenchmarkResult& result, const std::string& file) {
  if (!result.other_digest) return;
  throw Error(fmt::format("{}: benchmark '{}': found two digests, {:08x} and {:08x}, expected one",
                          file, printable(result.name), *result.other_digest, *result.digest));
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
  refuse_one_pipe(file_a, file_b);
  const ReadOptions reading{.clock = options.judging.clock};
  ResultFile a = read_result(file_a, "", reading), b = read_result(file_b, "", reading);
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
  const auto leave_out = [&](const BenchmarkResult& benchmark, const std::string& why) {
    result.left_out.push_back(fmt::format("{} ({})", benchmark.name, why));
  };
  const auto differ_in_number = [&](const std::string& name) {
    return a.count(name) > 0 && b.count(name) > 0 && a.count(name) != b.count(name);
  };
  for (const BenchmarkResult& of_a : a.benchmarks) {
    if (differ_in_number(of_a.family_name)) {
      leave_out(of_a, fmt::format("{} of this name in {}, {} in {}: which are the same cannot be "
                                  "told",
                                  a.count(of_a.family_name), file_a.string(),
                                  b.count(of_a.family_name), file_b.string()));
      continue;
    }
    const BenchmarkResult* of_b = b.find(of_a.name);
    if (of_b == nullptr) {
      if (!b.skips(of_a.name)) leave_out(of_a, "only in " + file_a.string());
      continue;
    }
    const bool by_median = of_a.aggregates_only || of_b->aggregates_only;
    Verdict verdict = compared(of_a, *of_b, by_median, options);
    verdict.benchmark = result.benchmarks.size();
    result.benchmarks.push_back(of_a.name);
    result.by_median.push_back(by_median);
    result.fewest_repetitions.push_back(
        by_median ? 1 : std::min(of_a.repetitions.size(), of_b->repetitions.size()));
    result.verdicts.push_back(verdict);
  }
  for (const BenchmarkResult& of_b : b.benchmarks) {
    if (a.find(of_b.name) || a.skips(of_b.name) || differ_in_number(of_b.family_name)) continue;
    leave_out(of_b, "only in " + file_b.string());
  }
  if (result.benchmarks.empty()) {
    // the first that is not merely missing somewhere
    const auto other = std::ranges::find_if(result.left_out, [](const std::string& benchmark) {
      return benchmark.find(" (only in ") == std::string::npos;
    });
    throw Error(fmt::format(
        "{}: found no benchmark that is also in {}, expected at least one{}", file_b.string(),
        file_a.string(), other == result.left_out.end() ? "" : "; left out: " + printable(*other)));
  }
  adjust(result.verdicts);
  for (Verdict& verdict : result.verdicts) {
    if (verdict.label == Label::failed) continue;
    verdict.label = label_of(verdict, options.level, options.judging.margin, true);
  }
  return result;
}

}  // namespace reprise::compare
