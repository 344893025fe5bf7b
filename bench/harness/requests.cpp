#include "bench/harness/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <string_view>

#include "bench/harness/name_part.hpp"
#include "cli/flag_types.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::bench {

namespace {

// Appends the flags that select the benchmark `name` and no other.
void add_selection(const std::string& name, std::vector<std::string>& arguments) {
  std::map<std::string, std::string> settings;
  for (const std::string& part : cli::split_list(name, '/')) {
    if (const auto colon = part.find(':'); colon != std::string::npos) {
      settings[part.substr(0, colon)] = text_of_name_part(part.substr(colon + 1));
    }
  }
  // benchmarks that use no backend (bench_data) ignore all settings but the data
  const bool no_backend = settings["backend"] == "none";
  for (const char* flag : {"backend", "threads", "dtype", "cache", "data"}) {
    const std::string& value = settings[flag];
    if (value.empty() || value == "random" || (no_backend && std::string_view(flag) != "data")) {
      continue;
    }
    arguments.push_back(fmt::format("--{}={}", flag, value));
  }
  std::string pattern;
  for (const char c : without_clock(name)) {
    if (std::string_view(".+*?()[]{}|^$\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  arguments.push_back("--benchmark_filter=^" + pattern +
                      "(/process_time)?(/real_time|/manual_time)?$");
}

// Throws Error for the first of `values` that no registered benchmark has as its `setting`.
template <class Value>
void require_benchmarks(const Context& context, const char* flag, bool given,
                        const std::vector<Value>& values, Value Setting::*setting,
                        const std::function<std::string(const Value&)>& text) {
  if (!given) return;
  for (const Value& value : values) {
    if (std::ranges::find(context.settings, value, setting) != context.settings.end()) continue;
    throw Error(
        fmt::format("{}: found {}, but this program has no such benchmark", flag, text(value)));
  }
}

// The backend's name, and the reason why no benchmark uses it where one is known.
std::string with_reason(const Context& context, const std::string& backend) {
  const BackendInfo& info = find_backend(backend);
  const auto& threads = context.options.threads;
  const auto& dtypes = context.options.dtypes;
  if (!info.threaded() && std::ranges::find(threads, 1) == threads.end()) {
    return backend + " (it has one thread)";
  }
  if (!info.float64 && std::ranges::find(dtypes, Dtype::float32) == dtypes.end()) {
    return backend + " (it has no float64)";
  }
  return backend;
}

}  // namespace

std::optional<std::string> take_benchmark_name(std::vector<std::string>& arguments) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    std::string name;
    std::size_t taken = 1;
    if (arguments[i].starts_with("--row=")) {
      name = arguments[i].substr(6);
    } else if (arguments[i] == "--row" && i + 1 < arguments.size()) {
      name = arguments[i + 1];
      taken = 2;
    } else if (arguments[i] != "--row") {
      continue;
    }
    if (name.empty()) throw Error("--row: found nothing, expected the name of a benchmark");
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i),
                    arguments.begin() + static_cast<std::ptrdiff_t>(i + taken));
    add_selection(name, arguments);
    return without_clock(name);
  }
  return {};
}

void check_requests(const Context& context, const std::optional<std::string>& name) {
  const Options& options = context.options;
  const auto refuse = [&](const char* flag, const char* programs) {
    throw Error(fmt::format("{}: found a flag of {}, expected none of it here", flag, programs));
  };
  if (!options.own.shapes.empty() && !context.takes_shapes) refuse("--shape", "bench_dense");
  if (options.own.network && !context.takes_network) {
    refuse("--network", "bench_dense and bench_epoch");
  }
  for (const std::string& wanted : options.cases) {
    if (std::ranges::find(context.cases, wanted) == context.cases.end()) {
      throw Error("--case: " + unknown_name(wanted, context.cases));
    }
  }
  require_benchmarks<std::string>(
      context, "--backend", options.backends_given, options.backends, &Setting::backend,
      [&](const std::string& backend) { return with_reason(context, backend); });
  require_benchmarks<int>(context, "--threads", options.threads_given, options.threads,
                          &Setting::threads, [](int threads) { return std::to_string(threads); });
  require_benchmarks<Dtype>(context, "--dtype", options.dtypes_given, options.dtypes,
                            &Setting::dtype,
                            [](Dtype dtype) { return std::string(name_of(dtype)); });
  require_benchmarks<Cache>(context, "--cache", options.caches_given, options.caches,
                            &Setting::cache,
                            [](Cache cache) { return cache == Cache::warm ? "warm" : "cold"; });
  if (!name || std::ranges::find(context.names, *name) != context.names.end()) return;
  throw Error(
      fmt::format("--row: found '{}', expected one of the {} benchmarks that "
                  "--benchmark_list_tests prints{}",
                  printable(*name), context.names.size(), did_you_mean(*name, context.names)));
}

void check_filter(const Context& context, const std::vector<std::string>& arguments) {
  constexpr std::string_view kFlag = "--benchmark_filter=";
  std::string filter = "all";  // as in Google Benchmark: the last flag counts, "all" matches all
  for (const std::string& argument : arguments) {
    if (argument.starts_with(kFlag)) filter = argument.substr(kFlag.size());
  }
  if (filter.empty() || filter == "all") return;
  const bool inverted = filter.starts_with('-');
  try {
    const std::regex pattern(filter.substr(inverted ? 1 : 0), std::regex::extended);
    for (const std::string& name : context.names) {
      const std::string clock = name.ends_with("cache:cold") ? "/manual_time" : "/real_time";
      if (std::regex_search(name + "/process_time" + clock, pattern) != inverted) return;
    }
  } catch (const std::regex_error&) {
    throw Error(fmt::format("--benchmark_filter: found '{}', expected a regular expression",
                            printable(filter)));
  }
  throw Error(fmt::format("--benchmark_filter: found '{}', which matches none of {} benchmarks",
                          printable(filter), context.names.size()));
}

}  // namespace reprise::bench
