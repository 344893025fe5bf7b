#include "bench/gate/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "bench/compare/looks.hpp"
#include "bench/compare/verdict.hpp"
#include "bench/gate/flow.hpp"
#include "bench/gate/label.hpp"
#include "reprise/core/error.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise::gate {

using compare::Measurements;
using compare::Round;

namespace {

std::size_t below(std::mt19937& random, std::size_t n) { return random() % n; }

double normal(std::mt19937& random) {  // by Box and Muller
  const auto uniform = [&] { return (static_cast<double>(random() >> 8) + 0.5) / 16777216.0; };
  return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
}

// An endless row of rounds of BASE, HEAD and BASE again, drawn from recorded ones.
class Drawn {
 public:
  Drawn(const Measurements& recorded, const SimulationOptions& options, std::uint32_t seed)
      : recorded_(recorded), options_(options), random_(seed) {
    std::array<std::size_t, 3> names{0, 1, 2};
    for (std::size_t i = 3; i-- > 1;) std::swap(names[i], names[below(random_, i + 1)]);
    names_ = names;
    for (std::size_t b = 0; b < recorded.benchmarks.size(); ++b) {
      factors_.push_back(std::exp(options.session * normal(random_)));
    }
  }

  void slow_down(std::size_t benchmark, double change) { factors_[benchmark] *= 1 + change; }

  Round next() {
    if (left_in_block_ == 0) {
      at_ = below(random_, recorded_.rounds.size());
      left_in_block_ = options_.block;
    }
    --left_in_block_;
    const Round& from = recorded_.rounds[at_++ % recorded_.rounds.size()];
    Round round;
    for (const std::size_t c : names_) round.timings.push_back(from.timings[c]);
    for (std::size_t b = 0; b < factors_.size(); ++b) {
      round.timings[1][b].real_ns *= factors_[b];
      round.timings[1][b].cpu_ns *= factors_[b];
    }
    return round;
  }

 private:
  const Measurements& recorded_;
  const SimulationOptions& options_;
  std::mt19937 random_;
  std::array<std::size_t, 3> names_{};
  std::vector<double> factors_;  // of HEAD, by benchmark
  std::size_t at_ = 0;
  int left_in_block_ = 0;
};

double seconds_of_round(const SimulationOptions& options, std::size_t benchmarks) {
  return 3 *
         (options.process_seconds + options.benchmark_seconds * static_cast<double>(benchmarks));
}

Measurements without_rounds(const Measurements& recorded) {
  Measurements m = recorded;
  m.contenders = {{"BASE"}, {"HEAD"}, {"BASE again"}};
  m.details.resize(3);
  m.rounds.clear();
  m.left_after.clear();
  return m;
}

// Rounds that cost no time but that of the model.
class DrawnSource : public RoundSource {
 public:
  DrawnSource(Drawn& drawn, const Measurements& empty, const SimulationOptions& options)
      : drawn_(drawn), empty_(empty), options_(options), running_(empty.benchmarks) {}

  void run_round(Measurements& m) override {
    if (m.benchmarks.empty()) {  // the first fresh round fixes the benchmarks
      m = empty_;
      m.benchmarks = running_;
      m.by_median.clear();
      for (auto& of_contender : m.details) of_contender.resize(running_.size());
    }
    const Round whole = drawn_.next();
    Round round;
    for (const auto& timings : whole.timings) {
      round.timings.emplace_back();
      for (const std::string& benchmark : m.benchmarks) {
        const auto at = std::ranges::find(empty_.benchmarks, benchmark);
        round.timings.back().push_back(
            timings[static_cast<std::size_t>(at - empty_.benchmarks.begin())]);
      }
    }
    m.rounds.push_back(std::move(round));
    seconds_ += round_seconds();
  }
  void run_only(const std::vector<std::string>& benchmarks) override { running_ = benchmarks; }
  double seconds() const override { return seconds_; }
  double round_seconds() const override { return seconds_of_round(options_, running_.size()); }
  void done(const Measurements&, int) override {}

 private:
  Drawn& drawn_;
  const Measurements& empty_;
  const SimulationOptions& options_;
  std::vector<std::string> running_;
  double seconds_ = 0;
};

struct Simulated {
  GateResult result;
  bool screen_decided = false;
  double seconds = 0;
};

Simulated simulated_gate(Drawn& drawn, const Measurements& empty,
                         const SimulationOptions& options) {
  DrawnSource source(drawn, empty, options);
  GateRounds rounds;
  rounds.screen = empty;
  run_flow(rounds, source, options.gate, options.budget);
  Simulated found;
  found.result.options = options.gate;
  label(found.result, rounds.screen, rounds.fresh, rounds.confirm_looks);
  found.seconds = source.seconds();
  found.screen_decided = std::ranges::all_of(found.result.rows, [](const Row& row) {
    return row.label == Label::not_slower || row.confirmed;
  });
  return found;
}

// Whether `reprise compare` decides every benchmark within the budget.
bool is_decided_by_compare(Drawn& drawn, const Measurements& empty,
                           const SimulationOptions& options, bool leaving, compare::Test test) {
  Measurements m = empty;
  const double of_all = seconds_of_round(options, m.benchmarks.size());
  // with benchmarks that leave, nobody knows beforehand how many rounds fit
  int planned = options.compare_rounds;
  if (!leaving) planned = std::min(planned, static_cast<int>(options.budget / of_all));
  planned -= planned % compare::kOrders;
  const compare::Looks looks = compare::plan_looks(planned, options.compare_level);
  const compare::JudgeOptions judging{options.gate.margin, options.gate.clock, test};
  compare::Judgement judgement;
  double seconds = 0;
  std::size_t open = m.benchmarks.size();
  for (std::size_t look = 0; look < looks.rounds.size(); ++look) {
    while (static_cast<int>(m.rounds.size()) < looks.rounds[look]) {
      seconds += seconds_of_round(options, open);
      if (seconds > options.budget) return false;
      m.rounds.push_back(drawn.next());
    }
    judgement = compare::judge(m, looks.rounds[look], looks.alpha_spent[look], judging,
                               look > 0 ? &judgement : nullptr);
    if (judgement.decided()) return true;
    if (!leaving) continue;
    for (const compare::Verdict& verdict : judgement.verdicts) {
      const bool decided = verdict.label != compare::Label::insufficient_data;
      if (decided && !m.has_left(verdict.benchmark)) m.leave(verdict.benchmark);
    }
    open = judgement.undecided();
  }
  return false;
}

void require_possible(const Measurements& recorded) {
  if (recorded.contenders.size() >= 3 && recorded.rounds.size() >= 60) return;
  throw Error(fmt::format("found {} rounds of {} contenders, expected at least 60 of at least 3",
                          recorded.rounds.size(), recorded.contenders.size()));
}

}  // namespace

EqualRuns simulate_equal(const Measurements& recorded, const SimulationOptions& options) {
  require_possible(recorded);
  const Measurements empty = without_rounds(recorded);
  EqualRuns runs;
  std::vector<double> seconds;
  const double one = 1.0 / options.gates;
  for (int gate = 0; gate < options.gates; ++gate) {
    const auto fresh = [&] {  // the same rounds for every engine
      return Drawn(recorded, options, options.seed + static_cast<std::uint32_t>(gate));
    };
    const auto decided = [&](bool leaving, compare::Test test) {
      Drawn drawn = fresh();
      return is_decided_by_compare(drawn, empty, options, leaving, test) ? one : 0;
    };
    runs.decided_by_compare += decided(false, compare::Test::sign);
    runs.with_leaving += decided(true, compare::Test::sign);
    runs.with_both_runs += decided(true, compare::Test::blocked_rank);
    Drawn drawn = fresh();
    const Simulated found = simulated_gate(drawn, empty, options);
    const ExitCode code = exit_code_of(found.result);
    runs.one_sided += found.screen_decided ? one : 0;
    runs.passed += code == ExitCode::done ? one : 0;
    runs.failed += code == ExitCode::no;
    seconds.push_back(found.seconds);
  }
  runs.median_seconds = median(std::move(seconds));
  return runs;
}

SlowedRuns simulate_slowed(const Measurements& recorded, double change,
                           const SimulationOptions& options) {
  require_possible(recorded);
  const Measurements empty = without_rounds(recorded);
  SlowedRuns runs;
  for (int gate = 0; gate < options.gates; ++gate) {
    Drawn drawn(recorded, options, options.seed + static_cast<std::uint32_t>(gate));
    const std::size_t slow = static_cast<std::size_t>(gate) % empty.benchmarks.size();
    drawn.slow_down(slow, change);
    const Simulated found = simulated_gate(drawn, empty, options);
    const auto is_named = [&](const Row& row, bool slowed) {
      return row.label == Label::regression && (row.benchmark == empty.benchmarks[slow]) == slowed;
    };
    const auto& rows = found.result.rows;
    runs.found += std::ranges::any_of(rows, [&](const Row& row) { return is_named(row, true); }) /
                  static_cast<double>(options.gates);
    runs.wrongly_named +=
        std::ranges::any_of(rows, [&](const Row& row) { return is_named(row, false); });
    runs.undecided += exit_code_of(found.result) == ExitCode::undecided ? 1.0 / options.gates : 0;
  }
  return runs;
}

}  // namespace reprise::gate
