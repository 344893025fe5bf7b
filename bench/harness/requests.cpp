#include "bench/harness/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <string_view>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise::bench {

namespace {

std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    parts.push_back(name.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// Without which clock counts, which Google Benchmark adds.
std::string own_name(std::string name) {
  for (const std::string_view clock : {"/real_time", "/manual_time", "/process_time"}) {
    if (name.ends_with(clock)) name.resize(name.size() - clock.size());
  }
  return name;
}

// --row's settings, and a filter for just it.
void restrict_to_row(const std::string& name, std::vector<std::string>& arguments) {
  std::map<std::string, std::string> settings;
  for (const std::string& part : parts_of(name)) {
    if (const auto colon = part.find(':'); colon != std::string::npos) {
      settings[part.substr(0, colon)] = part.substr(colon + 1);
    }
  }
  // of a row that is no backend's (bench_data) the settings are nobody's
  const bool nobody = settings["backend"] == "none";
  for (const char* flag : {"backend", "threads", "dtype", "cache", "data"}) {
    const std::string& value = settings[flag];
    if (value.empty() || value == "random" || (nobody && std::string_view(flag) != "data")) {
      continue;
    }
    arguments.push_back(fmt::format("--{}={}", flag, value));
  }
  std::string pattern;
  for (const char c : own_name(name)) {
    if (std::string_view(".+*?()[]{}|^$\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  arguments.push_back("--benchmark_filter=^" + pattern +
                      "(/process_time)?(/real_time|/manual_time)?$");
}

// The registered row that shares most parts with `name`, "" if none shares any; of several the one
// whose first other part is written most like that of `name`.
std::string nearest_row(const std::string& name, const std::vector<std::string>& rows) {
  const auto wanted = parts_of(name);
  std::size_t most = 0;
  std::map<std::string, std::string> nearest;  // of the rows that share most: by their other part
  for (const std::string& row : rows) {
    const auto parts = parts_of(row);
    std::size_t same = 0, other = parts.size();
    for (std::size_t i = parts.size(); i-- > 0;) {
      const bool equal = i < wanted.size() && parts[i] == wanted[i];
      same += equal ? 1 : 0;
      if (!equal) other = i;
    }
    if (same > most) nearest.clear();
    most = std::max(most, same);
    if (same == most) nearest.emplace(other < parts.size() ? parts[other] : "", row);
  }
  if (most == 0) return "";
  std::vector<std::string> others;
  for (const auto& [part, row] : nearest) others.push_back(part);
  for (const std::string& part : wanted) {
    const std::string hint = did_you_mean(part, others);
    for (const auto& [other, row] : nearest) {
      if (hint.find("'" + other + "'") != std::string::npos) return row;
    }
  }
  return nearest.begin()->second;
}

template <class Values, class Of>
void require_rows(const Context& context, const char* flag, bool given, const Values& values, Of of,
                  const std::function<std::string(const typename Values::value_type&)>& hint) {
  if (!given) return;
  for (const auto& value : values) {
    const bool any = std::ranges::any_of(
        context.settings, [&](const Setting& setting) { return of(setting) == value; });
    if (any) continue;
    throw Error(fmt::format("{}: found {}, with which no row is computed here", flag, hint(value)));
  }
}

std::string why_none(const Context& context, const std::string& backend) {
  const BackendInfo& info = find_backend(backend);
  const auto& threads = context.options.threads;
  const auto& dtypes = context.options.dtypes;
  if (!info.threaded && std::ranges::find(threads, 1) == threads.end()) {
    return backend + " (it has one thread)";
  }
  if (!info.float64 && std::ranges::find(dtypes, Dtype::float32) == dtypes.end()) {
    return backend + " (it has no float64)";
  }
  return backend;
}

}  // namespace

std::optional<std::string> take_row(std::vector<std::string>& arguments) {
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
    if (name.empty()) throw Error("--row: found nothing, expected a row's name");
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i),
                    arguments.begin() + static_cast<std::ptrdiff_t>(i + taken));
    restrict_to_row(name, arguments);
    return own_name(name);
  }
  return {};
}

void check_requests(const Context& context, const std::optional<std::string>& row) {
  const Options& options = context.options;
  for (const std::string& name : options.cases) {
    if (std::ranges::find(context.cases, name) == context.cases.end()) {
      throw Error("--case: " + unknown_name(name, context.cases));
    }
  }
  require_rows(
      context, "--backend", options.backends_given, options.backends,
      [](const Setting& s) { return s.backend; },
      [&](const std::string& name) { return why_none(context, name); });
  require_rows(
      context, "--threads", options.threads_given, options.threads,
      [](const Setting& s) { return s.threads; },
      [](int threads) { return std::to_string(threads); });
  require_rows(
      context, "--dtype", options.dtypes_given, options.dtypes,
      [](const Setting& s) { return s.dtype; },
      [](Dtype dtype) { return std::string(name_of(dtype)); });
  require_rows(
      context, "--cache", options.caches_given, options.caches,
      [](const Setting& s) { return s.cache; },
      [](Cache cache) { return cache == Cache::warm ? "warm" : "cold"; });
  if (!row || std::ranges::find(context.rows, *row) != context.rows.end()) return;
  const std::string nearest = nearest_row(*row, context.rows);
  throw Error(fmt::format("--row: found '{}', which is none of the {} rows{}", printable(*row),
                          context.rows.size(),
                          nearest.empty() ? " (--benchmark_list_tests lists them)"
                                          : "; the nearest is '" + nearest + "'"));
}

void check_filter(const Context& context, const std::vector<std::string>& arguments) {
  constexpr std::string_view kFlag = "--benchmark_filter=";
  std::string filter = "all";  // as Google Benchmark has it: the last one, and "all" is all
  for (const std::string& argument : arguments) {
    if (argument.starts_with(kFlag)) filter = argument.substr(kFlag.size());
  }
  if (filter.empty() || filter == "all") return;
  const bool others = filter.starts_with('-');
  const std::regex pattern(filter.substr(others ? 1 : 0), std::regex::extended);
  for (const std::string& row : context.rows) {
    const std::string clock = row.ends_with("cache:cold") ? "/manual_time" : "/real_time";
    if (std::regex_search(row + "/process_time" + clock, pattern) != others) return;
  }
  throw Error(fmt::format("--benchmark_filter: found '{}', which takes none of {} rows",
                          printable(filter), context.rows.size()));
}

}  // namespace reprise::bench
