#include "bench/compare/round_runner.hpp"

#include <algorithm>

#include "reprise/core/stopwatch.hpp"

namespace reprise::compare {

RoundRunner::RoundRunner(const ComparisonPlan& plan)
    : options_(plan.invocation), contenders_(plan.contenders) {
  contenders_.push_back(contenders_.front());
  contenders_.back().name += " again";
  benchmarks_.resize(contenders_.size());
}

double RoundRunner::pilot() {
  for (std::size_t c = 0; c + 1 < contenders_.size(); ++c) {
    const Stopwatch watch;
    for (const BenchmarkResult& result : invoke(contenders_[c], options_).benchmarks) {
      benchmarks_[c].push_back(result.name);
    }
    round_seconds_ += (c == 0 ? 2 : 1) * watch.seconds();
  }
  benchmarks_.back() = benchmarks_.front();
  piloted_ = true;
  return round_seconds_;
}

void RoundRunner::expect(const std::vector<std::string>& benchmarks) {
  std::ranges::fill(benchmarks_, benchmarks);
}

std::vector<ResultFile> RoundRunner::run(const std::vector<std::size_t>& order) {
  const Stopwatch watch;
  std::vector<ResultFile> results(contenders_.size());
  for (const std::size_t c : order) results[c] = invoke(contenders_[c], options_, benchmarks_[c]);
  ++rounds_run_;
  // the pilot counts as a round of the mean; a resumed comparison has none
  const int of = std::min(rounds_run_ + (piloted_ ? 1 : 0), 5);
  round_seconds_ += (watch.seconds() - round_seconds_) / of;
  return results;
}

}  // namespace reprise::compare
