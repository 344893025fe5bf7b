#include "bench/harness/google_flags.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <regex>

#include "cli/flag_types.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"

namespace reprise::bench {

namespace {

void require_one_of(const std::string& flag, const std::string& value,
                    const std::vector<std::string>& known) {
  if (std::ranges::find(known, value) != known.end()) return;
  throw Error(flag + ": " + unknown_name(value, known));
}

// A number above 0, of seconds "s" and of iterations "x" where later versions take that.
void require_number(const std::string& flag, std::string value, bool whole) {
  if (!whole && (value.ends_with("s") || value.ends_with("x"))) value.pop_back();
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool right = error == std::errc{} && end == value.data() + value.size() &&
                     std::isfinite(number) && number >= (whole ? 1 : 0) &&
                     (!whole || number == std::floor(number));
  if (right) return;
  throw Error(fmt::format("{}: found '{}', expected a {}", flag, printable(value),
                          whole ? "whole number above 0" : "number of seconds"));
}

void require_writable(const std::string& flag, const std::string& value) {
  std::error_code failed;
  if (std::filesystem::exists(value, failed) && !std::filesystem::is_regular_file(value, failed)) {
    if (!std::filesystem::is_directory(value, failed) && access(value.c_str(), W_OK) == 0) return;
    throw Error(
        fmt::format("{}: found '{}', expected a file that can be written", flag, printable(value)));
  }
  try {
    const AtomicFile probe(value);
  } catch (const Error& error) {
    throw Error(flag + ": " + error.what());
  }
}

void require_pattern(const std::string& flag, const std::string& value) {
  try {
    const std::regex pattern(value.substr(value.starts_with('-') ? 1 : 0), std::regex::extended);
  } catch (const std::regex_error&) {
    throw Error(
        fmt::format("{}: found '{}', expected a regular expression", flag, printable(value)));
  }
}

}  // namespace

const std::vector<std::string>& google_flags() {
  static const std::vector<std::string> flags{"--benchmark_list_tests",
                                              "--benchmark_filter",
                                              "--benchmark_min_time",
                                              "--benchmark_min_warmup_time",
                                              "--benchmark_repetitions",
                                              "--benchmark_dry_run",
                                              "--benchmark_enable_random_interleaving",
                                              "--benchmark_report_aggregates_only",
                                              "--benchmark_display_aggregates_only",
                                              "--benchmark_format",
                                              "--benchmark_out",
                                              "--benchmark_out_format",
                                              "--benchmark_color",
                                              "--benchmark_counters_tabular",
                                              "--benchmark_context",
                                              "--benchmark_perf_counters",
                                              "--benchmark_time_unit"};
  return flags;
}

void check_google_flag(const std::string& argument) {
  const auto equals = argument.find('=');
  const std::string flag = argument.substr(0, equals);
  if (std::ranges::find(google_flags(), flag) == google_flags().end()) {
    throw cli::unknown_flag(flag, google_flags());
  }
  const bool alone = equals == std::string::npos;
  const std::string value = alone ? "" : argument.substr(equals + 1);
  const auto is = [&](const char* name) { return flag == std::string("--benchmark_") + name; };
  const bool on_or_off = is("list_tests") || is("dry_run") || is("enable_random_interleaving") ||
                         is("report_aggregates_only") || is("display_aggregates_only") ||
                         is("counters_tabular");
  if (alone && on_or_off) return;
  if (alone) {
    throw Error(fmt::format("{0}: found no value, expected {0}=VALUE", flag));
  }
  if (is("format") || is("out_format")) require_one_of(flag, value, {"console", "json", "csv"});
  if (is("time_unit")) require_one_of(flag, value, {"ns", "us", "ms", "s"});
  if (is("repetitions")) require_number(flag, value, true);
  if (is("min_time") || is("min_warmup_time")) require_number(flag, value, false);
  if (is("filter") && value != "all") require_pattern(flag, value);
  if (is("out") && !value.empty()) require_writable(flag, value);
}

}  // namespace reprise::bench
