#include "bench/compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "bench/compare/balanced_order.hpp"
#include "bench/compare/budget.hpp"
#include "bench/compare/duration.hpp"
#include "bench/compare/noise_warnings.hpp"
#include "bench/compare/round_runner.hpp"
#include "bench/compare/state_file.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise::compare {

namespace {

void add_new(std::vector<std::string>& lines, const std::vector<std::string>& more) {
  for (const std::string& line : more) {
    if (std::ranges::find(lines, line) == lines.end()) lines.push_back(line);
  }
}

// "0.30 s", or "1:05" from 10 s on, rounded up.
std::string short_time(double seconds) {
  return seconds < 10 ? fmt::format("{:.2f} s", std::ceil(100 * seconds) / 100)
                      : clock_time(std::ceil(seconds));
}

InvocationOptions invocation_of(const ComparisonPlan& plan) {
  InvocationOptions options = plan.invocation;
  options.clock = plan.judging.clock;
  return options;
}

class Running {
 public:
  Running(const ComparisonPlan& plan, const OnProgress& on_progress)
      : plan_(plan), on_progress_(on_progress), runner_(plan.contenders, invocation_of(plan)) {
    result_.judging = plan.judging;
    for (const Contender& contender : runner_.contenders()) {
      result_.commands.push_back(contender.text);
      result_.measurements.contenders.push_back({contender.name, contender.configuration});
    }
  }

  Comparison run() {
    const std::string key = state_key(plan_);
    if (plan_.resume) {
      resume(key);
    } else {
      const int rounds = pilot();
      ledger_.planned =
          plan_.all_rounds ? one_look(rounds, plan_.level) : plan_looks(rounds, plan_.level);
    }
    const auto orders = williams_design(runner_.contenders().size());
    while (!ended()) {
      try {
        run_round(orders[static_cast<std::size_t>(rounds_done()) % orders.size()]);
        look();
        save(key);
      } catch (const Error& error) {
        if (rounds_done() == 0) throw;
        result_.failure = error;  // the rounds before it stay valid
        break;
      }
      report();
    }
    if (result_.judgement.rounds != rounds_done()) {
      look_between();
      try {
        save(key);
      } catch (const Error& error) {  // the measurements are shown all the same
        earlier_warnings_.push_back(error.what());
      }
    }
    result_.looks = ledger_.planned;
    result_.looks_made = ledger_.made;
    result_.noise_warnings = noise_warnings();
    result_.seconds = seconds();
    return std::move(result_);
  }

 private:
  int rounds_done() const { return static_cast<int>(result_.measurements.rounds.size()); }
  int last_round() const { return ledger_.planned.rounds.back(); }
  double seconds() const { return seconds_before_ + watch_.seconds(); }

  // Runs the pilots. Returns the number of rounds.
  int pilot() {
    const double longest = plan_.invocation.min_time;
    const bool is_limited = plan_.budget && !plan_.at_least_one_round;
    const double limit = is_limited ? *plan_.budget : std::numeric_limits<double>::infinity();
    // the measuring time of a shell command is its own
    const bool adapts = is_limited && !plan_.min_time_given &&
                        std::ranges::any_of(plan_.contenders, [](const Contender& contender) {
                          return contender.kind == Kind::google_benchmark;
                        });
    const auto run = [&](double min_time, double most) { return runner_.pilot(min_time, most); };
    std::optional<Fitted> fitted;
    if (plan_.prepares) run(longest, limit);
    if (adapts) {
      fitted = fit_to_budget(longest, limit, run, [&] { return watch_.seconds(); });
    } else if (const auto found = run(longest, limit); found) {
      fitted = Fitted{longest, found->round_seconds};
    }
    if (!fitted) refuse_budget(2 * seconds());
    runner_.set_round(*fitted);
    if (fitted->min_time < 0.999 * longest) note_min_time();
    return affordable_rounds(fitted->round_seconds);
  }

  // `needed`: seconds, at least.
  [[noreturn]] void refuse_budget(double needed) const {
    throw Error(fmt::format("--time-budget: found {}, expected at least {} for a single round{}",
                            short_time(*plan_.budget), short_time(needed),
                            plan_.contenders.front().kind == Kind::google_benchmark
                                ? " (--filter selects fewer benchmarks)"
                                : ""));
  }

  int affordable_rounds(double round_seconds) const {
    if (!plan_.budget) return plan_.rounds;
    const double left = *plan_.budget - watch_.seconds();
    int affordable = static_cast<int>(std::clamp(left / std::max(round_seconds, 1e-6), 0.0, 1e6));
    // each order of three contenders equally often
    if (affordable >= 2 * kOrders) affordable -= affordable % kOrders;
    if (plan_.at_least_one_round) return std::clamp(affordable, 1, plan_.rounds);
    if (affordable < 1) refuse_budget(watch_.seconds() + round_seconds);
    return std::min(plan_.rounds, affordable);
  }

  void note_min_time() {
    earlier_warnings_.push_back(fmt::format(
        "--time-budget leaves {:.1f} ms of measuring time for each benchmark in each process in "
        "place of {:.1f}: give a longer budget, or a --filter",
        1e3 * runner_.min_time(), 1e3 * plan_.invocation.min_time));
  }

  void resume(const std::string& key) {
    State state = read_state(*plan_.state, key, plan_.invocation.min_time);
    runner_.set_min_time(state.min_time);
    if (plan_.rounds_given && plan_.rounds != state.planned_rounds) {
      throw Error(fmt::format(
          "--rounds: found {}, expected the {} that {} was started with, for which its looks were "
          "planned",
          plan_.rounds, state.planned_rounds, plan_.state->string()));
    }
    planned_rounds_ = state.planned_rounds;
    ledger_ = std::move(state.ledger);
    result_.measurements = std::move(state.measurements);
    seconds_before_ = state.seconds;
    earlier_warnings_ = std::move(state.noise_warnings);
    runner_.expect(result_.measurements.benchmarks);
    replay_looks();
  }

  // The verdicts of the looks that were made: benchmarks that have left keep those of their look.
  void replay_looks() {
    const std::vector<LookMade> made = ledger_.made;
    for (const LookMade& look : made) {
      result_.judgement =
          judge(result_.measurements, look.rounds, look.alpha,
                planned(plan_.judging, ledger_.planned), judged_ ? &result_.judgement : nullptr);
      judged_ = true;
    }
    look();
    drop_decided();
  }

  void save(const std::string& key) const {
    if (!plan_.state) return;
    write_state(*plan_.state, key,
                {ledger_, result_.measurements, planned_rounds_, seconds(), runner_.min_time(),
                 noise_warnings()});
  }

  // About the machine now, the programs' builds, and earlier sessions.
  std::vector<std::string> noise_warnings() const {
    std::vector<std::string> all = noise_.found();
    add_new(all, earlier_warnings_);
    return all;
  }

  void run_round(const std::vector<std::size_t>& order) {
    const RoundResults results = runner_.run(order);
    add_round(result_.measurements, results.files, result_.commands, results.control_ns);
    if (runner_.rounds_run() > 1) return;
    for (std::size_t c = 0; c + 1 < results.files.size(); ++c) {
      add_new(earlier_warnings_,
              build_noise_warnings(results.files[c].context, result_.commands[c]));
    }
  }

  void judge_with(double alpha) {
    result_.judging = planned(plan_.judging, ledger_.planned);
    result_.judgement = judge(result_.measurements, rounds_done(), alpha, result_.judging,
                              judged_ ? &result_.judgement : nullptr);
    judged_ = true;
  }

  // Leaves the benchmarks that are decided for every contender out of the later rounds.
  void drop_decided() {
    if (!plan_.drop_decided) return;
    Measurements& m = result_.measurements;
    std::vector<std::string> open;
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      const bool undecided = std::ranges::any_of(result_.judgement.verdicts, [&](const Verdict& v) {
        return v.benchmark == b && v.label == Label::insufficient_data;
      });
      if (undecided) open.push_back(m.benchmarks[b]);
      if (!undecided && !m.has_left(b)) m.leave(b);
    }
    if (!open.empty() && open.size() < m.benchmarks.size()) runner_.run_only(open);
  }

  // Judges the rounds if a look is planned now.
  void look() {
    if (!ledger_.is_planned(rounds_done())) return;
    judge_with(ledger_.look(rounds_done()));
    result_.stopped_early =
        !plan_.all_rounds && result_.judgement.decided() && rounds_done() < last_round();
    if (rounds_done() < last_round()) drop_decided();
  }

  // Judges the rounds after a budget or a failure has ended the comparison between two looks. If it
  // can be resumed, the planned looks need the rest of the level.
  void look_between() {
    const bool resumable = plan_.state && !(plan_.budget_is_final && result_.out_of_time);
    judge_with(ledger_.look(rounds_done(), !resumable));
  }

  bool ended() {
    const int done = rounds_done();
    if (done >= last_round() || result_.stopped_early) return true;
    if (done > 0 && ledger_.is_exhausted()) return true;
    result_.out_of_time =
        plan_.budget && done > 0 && watch_.seconds() + runner_.round_seconds() > *plan_.budget;
    return result_.out_of_time;
  }

  void report() const {
    if (!on_progress_) return;
    on_progress_({rounds_done(), last_round(), result_.judgement.undecided(),
                  result_.judgement.verdicts.size(), judged_,
                  std::max(runner_.round_seconds() * (last_round() - rounds_done()), 0.0)});
  }

  const ComparisonPlan& plan_;
  const OnProgress& on_progress_;
  RoundRunner runner_;
  AlphaLedger ledger_;
  Comparison result_;
  Stopwatch watch_;
  NoiseWatch noise_;
  std::vector<std::string> earlier_warnings_;  // about builds, and from earlier sessions
  double seconds_before_ = 0;                  // duration of earlier sessions
  int planned_rounds_ = plan_.rounds;
  bool judged_ = false;
};

}  // namespace

Comparison run_comparison(const ComparisonPlan& plan, const OnProgress& on_progress) {
  return Running(plan, on_progress).run();
}

}  // namespace reprise::compare
