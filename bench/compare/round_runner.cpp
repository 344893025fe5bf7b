#include "bench/compare/round_runner.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string_view>

#include "bench/harness/control.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise::compare {

namespace {

// Times the frozen control kernel (bench/harness/control.hpp), which relates results of different
// days and machines, whatever is compared and whatever a filter leaves out. Returns the nanoseconds
// of one call: the shortest mean of 8 runs of 16 calls, which take some milliseconds.
double time_control() {
  constexpr int kRuns = 8, kCalls = 16;
  double shortest = std::numeric_limits<double>::infinity();
  for (int run = 0; run < kRuns; ++run) {
    std::uint64_t answer = 0;
    const Stopwatch watch;
    for (int call = 0; call < kCalls; ++call) answer = bench::control_frozen_1(1);
    shortest = std::min(shortest, watch.seconds() / kCalls);
    if (answer != bench::kControlFrozen1) {
      throw Error("the control kernel gives a wrong answer: this program was built differently");
    }
  }
  return shortest * 1e9;
}

}  // namespace

std::string exact_filter(const std::vector<std::string>& names) {
  std::string filter;
  for (const std::string& name : names) {
    filter += filter.empty() ? "^(" : "|";
    for (const char c : name) {
      // a bracket expression is the one quotation that all of Google Benchmark's engines read alike
      if (std::string_view("$*+.?()[{|").find(c) != std::string_view::npos) {
        filter += {'[', c, ']'};
      } else if (c == '^' || c == '\\') {
        filter += {'\\', c};
      } else {
        filter += c;
      }
    }
  }
  return filter.empty() ? "" : filter + ")$";
}

RoundRunner::RoundRunner(std::vector<Contender> contenders, const InvocationOptions& options)
    : options_(options), contenders_(std::move(contenders)) {
  contenders_.push_back(contenders_.front());
  contenders_.back().name += " again";
  benchmarks_.resize(contenders_.size());
  own_names_.resize(contenders_.size());
}

std::optional<Pilot> RoundRunner::pilot(double min_time, double limit) {
  const Stopwatch all;
  InvocationOptions options = options_;
  options.min_time = min_time;
  Pilot found;
  for (std::size_t c = 0; c + 1 < contenders_.size(); ++c) {
    const double left = limit - all.seconds();
    if (left <= 0) return {};
    options.timeout = std::min(options_.timeout, left);
    const Stopwatch watch;
    benchmarks_[c].clear();
    try {
      for (const BenchmarkResult& result : invoke(contenders_[c], options).benchmarks) {
        benchmarks_[c].push_back(result.name);
        own_names_[c][result.name] = result.own_name;
      }
    } catch (const Error&) {
      if (left < options_.timeout && watch.seconds() >= left) return {};
      throw;
    }
    const int processes = c == 0 ? 2 : 1;
    found.round_seconds += processes * watch.seconds();
    found.benchmarks += static_cast<std::size_t>(processes) * benchmarks_[c].size();
  }
  benchmarks_.back() = benchmarks_.front();
  own_names_.back() = own_names_.front();
  return found;
}

void RoundRunner::set_round(const Fitted& found) {
  options_.min_time = found.min_time;
  round_seconds_ = found.round_seconds;
  piloted_ = true;
}

void RoundRunner::expect(const std::vector<std::string>& benchmarks) {
  std::ranges::fill(benchmarks_, benchmarks);
}

void RoundRunner::run_only(const std::vector<std::string>& benchmarks) {
  only_ = benchmarks;
  rounds_run_ = 0;  // what earlier rounds took says nothing about shorter ones
  piloted_ = false;
}

ResultFile RoundRunner::run_one(std::size_t c) {
  // Linux takes at most 128 KiB in one argument
  constexpr std::size_t kLongestFilter = 100'000;
  InvocationOptions options = options_;
  std::vector<std::string> names;
  for (const std::string& benchmark : only_) {
    const auto found = own_names_[c].find(benchmark);
    // a resumed comparison has no pilot that tells the names: its first round runs everything
    if (found == own_names_[c].end()) break;
    names.push_back(found->second);
  }
  if (names.size() == only_.size() && !names.empty()) {
    const std::string filter = exact_filter(names);
    if (filter.size() <= kLongestFilter) options.filter = filter;
  }
  ResultFile file = invoke(contenders_[c], options, only_.empty() ? benchmarks_[c] : only_);
  for (const BenchmarkResult& result : file.benchmarks) {
    own_names_[c].emplace(result.name, result.own_name);
  }
  if (!only_.empty()) {
    // with a filter, the first of two benchmarks of one name may come with the second
    const std::set<std::string> wanted(only_.begin(), only_.end());
    std::erase_if(file.benchmarks,
                  [&](const auto& result) { return !wanted.contains(result.name); });
    file.update_index();
  }
  return file;
}

RoundResults RoundRunner::run(const std::vector<std::size_t>& order) {
  const Stopwatch watch;
  RoundResults results;
  results.files.resize(contenders_.size());
  const std::size_t turn = static_cast<std::size_t>(rounds_run_) % (order.size() + 1);
  for (std::size_t position = 0; position <= order.size(); ++position) {
    if (position == turn) results.control_ns = time_control();
    if (position < order.size()) results.files[order[position]] = run_one(order[position]);
  }
  ++rounds_run_;
  // the pilot counts as a round of the mean; a resumed comparison has none
  const int of = std::min(rounds_run_ + (piloted_ ? 1 : 0), 5);
  round_seconds_ += (watch.seconds() - round_seconds_) / of;
  return results;
}

}  // namespace reprise::compare
