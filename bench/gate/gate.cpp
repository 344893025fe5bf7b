#include "bench/gate/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "bench/compare/balanced_order.hpp"
#include "bench/compare/budget.hpp"
#include "bench/compare/noise_warnings.hpp"
#include "bench/compare/round_runner.hpp"
#include "bench/gate/flow.hpp"
#include "bench/gate/label.hpp"
#include "bench/gate/state.hpp"
#include "bench/harness/name_part.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise::gate {

using compare::Measurements;

namespace {

compare::InvocationOptions invocation_of(const GatePlan& plan) {
  compare::InvocationOptions options = plan.invocation;
  options.clock = plan.options.clock;
  return options;
}

// The rounds of processes.
class Running : public RoundSource {
 public:
  Running(const GatePlan& plan, const compare::OnProgress& on_progress)
      : plan_(plan),
        on_progress_(on_progress),
        runner_({plan.base, plan.head}, invocation_of(plan)),
        orders_(compare::williams_design(runner_.contenders().size())) {
    for (const compare::Contender& contender : runner_.contenders()) {
      commands_.push_back(contender.text);
      rounds_.screen.contenders.push_back({contender.name, {}});
    }
    rounds_.fresh.contenders = rounds_.screen.contenders;
  }

  GateResult run() {
    key_ = state_key(plan_);
    if (plan_.resume) {
      resume();
    } else {
      pilot();
    }
    try {
      run_flow(rounds_, *this, plan_.options, plan_.budget);
    } catch (const Error& error) {
      if (rounds_.screen.rounds.empty()) throw;
      failure_ = error;  // the rounds before it stay valid
    }
    return result();
  }

 private:
  void pilot() {
    const double longest = plan_.invocation.min_time;
    // the pilots shorten the measuring time until the screen's first looks fit
    const double budget = (1 - kConfirmShare) * plan_.budget;
    const auto run = [&](double min_time, double most) { return runner_.pilot(min_time, most); };
    std::optional<compare::Fitted> fitted;
    if (plan_.min_time_given || plan_.base.kind == compare::Kind::shell) {
      if (const auto found = run(longest, plan_.budget)) {
        fitted = compare::Fitted{longest, found->round_seconds};
      }
    } else {
      fitted = compare::fit_to_budget(longest, budget, run, [&] { return seconds(); });
    }
    const double needed = seconds() + (fitted ? fitted->round_seconds : seconds());
    if (!fitted || needed > plan_.budget) {
      throw Error(fmt::format(
          "--time-budget: found {:.3g} s, expected at least {:.3g} s for a single round{}",
          plan_.budget, needed,
          plan_.base.kind == compare::Kind::shell ? "" : " (--filter selects fewer benchmarks)"));
    }
    runner_.set_round(*fitted);
    if (fitted->min_time < 0.999 * longest) {
      warnings_.push_back(fmt::format(
          "--time-budget leaves {:.1f} ms of measuring time for each benchmark in each process in "
          "place of {:.1f}: give a longer budget, or a --filter",
          1e3 * fitted->min_time, 1e3 * longest));
    }
  }

  void resume() {
    GateState state = read_state(*plan_.state, key_);
    runner_.set_min_time(state.min_time);
    seconds_before_ = state.seconds;
    warnings_ = std::move(state.warnings);
    if (state.screen) rounds_.screen = std::move(*state.screen);
    if (state.fresh) rounds_.fresh = std::move(*state.fresh);
    rounds_.screen_looks = std::move(state.screen_looks);
    rounds_.confirm_looks = std::move(state.confirm_looks);
    runner_.expect(rounds_.screen.benchmarks);
    if (rounds_.screen.rounds.empty()) pilot();
  }

  void save() const {
    if (!plan_.state) return;
    GateState state;
    if (!rounds_.screen.rounds.empty()) state.screen = rounds_.screen;
    if (!rounds_.fresh.rounds.empty()) state.fresh = rounds_.fresh;
    state.screen_looks = rounds_.screen_looks;
    state.confirm_looks = rounds_.confirm_looks;
    state.seconds = seconds_before_ + seconds();
    state.min_time = runner_.min_time();
    state.warnings = all_warnings();
    write_state(*plan_.state, key_, state);
  }

  std::vector<std::string> all_warnings() const {
    std::vector<std::string> all = noise_.found();
    for (const std::string& line : warnings_) {
      if (std::ranges::find(all, line) == all.end()) all.push_back(line);
    }
    return all;
  }

  void run_round(Measurements& m) override {
    const auto& order = orders_[m.rounds.size() % orders_.size()];
    const compare::RoundResults results = runner_.run(order);
    compare::add_round(m, results.files, commands_, results.control_ns, true);
    if (runner_.rounds_run() > 1 || &m != &rounds_.screen) return;
    for (std::size_t c = 0; c < 2; ++c) {
      for (const std::string& line :
           compare::build_noise_warnings(results.files[c].context, commands_[c])) {
        warnings_.push_back(line);
      }
    }
  }

  void run_only(const std::vector<std::string>& benchmarks) override {
    expected_share_ =
        static_cast<double>(benchmarks.size()) /
        static_cast<double>(std::max<std::size_t>(rounds_.screen.benchmarks.size(), 1));
    seconds_of_all_ = std::max(seconds_of_all_, runner_.round_seconds());
    runner_.run_only(benchmarks);
  }
  double seconds() const override { return watch_.seconds(); }
  double round_seconds() const override {
    if (runner_.rounds_run() > 0) return runner_.round_seconds();
    // Nothing is known yet of rounds with fewer benchmarks. A process without any takes about a
    // tenth of one with all.
    return seconds_of_all_ > 0 ? (0.1 + 0.9 * expected_share_) * seconds_of_all_
                               : runner_.round_seconds();
  }
  void done(const Measurements& m, int rounds) override {
    save();
    report(m, rounds);
  }

  void report(const Measurements& m, int rounds) const {
    if (!on_progress_) return;
    std::size_t open = 0;
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) open += m.has_left(b) ? 0 : 1;
    const int done = static_cast<int>(m.rounds.size());
    const double most = std::max(round_seconds() * (rounds - done), 0.0);
    on_progress_({done, rounds, open, m.benchmarks.size(), true,
                  std::min(most, std::max(plan_.budget - seconds(), 0.0))});
  }

  GateResult result() {
    GateResult all;
    all.base = plan_.base_side;
    all.head = plan_.head_side;
    all.options = plan_.options;
    label(all, rounds_.screen, rounds_.fresh, rounds_.confirm_looks);
    all.seconds = seconds_before_ + seconds();
    all.out_of_time = rounds_.out_of_time;
    all.failure = failure_;
    all.warnings = all_warnings();
    try {
      save();
    } catch (const Error& error) {  // the measurements are shown all the same
      all.warnings.push_back(error.what());
    }
    return all;
  }

  const GatePlan& plan_;
  const compare::OnProgress& on_progress_;
  compare::RoundRunner runner_;
  std::vector<std::vector<std::size_t>> orders_;
  std::vector<std::string> commands_;
  GateRounds rounds_;
  Stopwatch watch_;
  compare::NoiseWatch noise_;
  std::vector<std::string> warnings_;  // about builds, and from earlier sessions
  std::string key_;
  double seconds_before_ = 0;
  double seconds_of_all_ = 0;  // of a round with more benchmarks
  double expected_share_ = 1;  // of the benchmarks that the rounds now measure
  std::optional<Error> failure_;
};

}  // namespace

GateResult run_gate(const GatePlan& plan, const compare::OnProgress& on_progress) {
  return Running(plan, on_progress).run();
}

void apply_accepted(GateResult& result, const std::vector<Accepted>& entries,
                    const std::function<bool(const std::string&)>& in_range) {
  for (Row& row : result.rows) {
    if (row.label != Label::regression) continue;
    const auto find = [&](const std::string& name) {
      return find_accepted(entries, name, row.estimate().low, result.options.margin, in_range);
    };
    const Accepted* entry = find(row.benchmark);
    // the file has the name of the reports
    if (entry == nullptr) entry = find(bench::without_clock(row.benchmark));
    if (entry == nullptr) continue;
    row.label = Label::accepted;
    row.accepted = *entry;
  }
  for (const Accepted& entry : entries) {
    // of a benchmark without an answer nobody knows whether it needs the entry
    const bool may_be_needed = std::ranges::any_of(result.rows, [&](const Row& row) {
      const bool same = row.benchmark == entry.benchmark ||
                        bench::without_clock(row.benchmark) == entry.benchmark;
      return same && (row.accepted ? row.accepted->commit == entry.commit
                                   : row.label != Label::not_slower && in_range(entry.commit));
    });
    if (!may_be_needed) result.unused.push_back(entry);
  }
}

}  // namespace reprise::gate
