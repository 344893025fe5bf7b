#include "bench/compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "bench/compare/balanced_order.hpp"
#include "bench/compare/budget.hpp"
#include "bench/compare/duration.hpp"
#include "bench/compare/noise_warnings.hpp"
#include "bench/compare/state_file.hpp"
#include "bench/harness/control.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise::compare {

namespace {

void add_new(std::vector<std::string>& lines, const std::vector<std::string>& more) {
  for (const std::string& line : more) {
    if (std::ranges::find(lines, line) == lines.end()) lines.push_back(line);
  }
}

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

// "0.30 s", or "1:05" from 10 s on, rounded up.
std::string short_time(double seconds) {
  return seconds < 10 ? fmt::format("{:.2f} s", std::ceil(100 * seconds) / 100)
                      : clock_time(std::ceil(seconds));
}

// Runs the rounds of a comparison: one fresh process of each contender per round.
class RoundRunner {
 public:
  explicit RoundRunner(const ComparisonPlan& plan)
      : options_(plan.invocation), contenders_(plan.contenders) {
    options_.clock = plan.judging.clock;
    contenders_.push_back(contenders_.front());
    contenders_.back().name += " again";
    benchmarks_.resize(contenders_.size());
  }

  // A, B, ... and the control, A again.
  const std::vector<Contender>& contenders() const { return contenders_; }
  // Mean seconds of a round, over the pilot and the latest rounds.
  double round_seconds() const { return round_seconds_; }
  int rounds_run() const { return rounds_run_; }

  // Runs one process of each program without counting it, in at most `limit` seconds. Returns the
  // seconds of a round, where the control is taken to need as long as A; without a value if the
  // limit was too short.
  std::optional<Pilot> pilot(double min_time, double limit) {
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
    return found;
  }

  // What the pilots have found for the rounds.
  void set_round(const Fitted& found) {
    options_.min_time = found.min_time;
    round_seconds_ = found.round_seconds;
    piloted_ = true;
  }

  double min_time() const { return options_.min_time; }
  void set_min_time(double seconds) { options_.min_time = seconds; }

  // Takes the benchmarks from an earlier session, in place of a pilot.
  void expect(const std::vector<std::string>& benchmarks) {
    std::ranges::fill(benchmarks_, benchmarks);
  }

  // Runs the contenders in this order; results[c] is what contender c wrote.
  std::vector<ResultFile> run(const std::vector<std::size_t>& order) {
    const Stopwatch watch;
    std::vector<ResultFile> results(contenders_.size());
    for (const std::size_t c : order) results[c] = invoke(contenders_[c], options_, benchmarks_[c]);
    ++rounds_run_;
    // the pilot counts as a round of the mean; a resumed comparison has none
    const int of = std::min(rounds_run_ + (piloted_ ? 1 : 0), 5);
    round_seconds_ += (watch.seconds() - round_seconds_) / of;
    return results;
  }

 private:
  InvocationOptions options_;
  std::vector<Contender> contenders_;
  std::vector<std::vector<std::string>> benchmarks_;  // of each contender, in its order
  double round_seconds_ = 0;
  int rounds_run_ = 0;
  bool piloted_ = false;
};

class Running {
 public:
  Running(const ComparisonPlan& plan, const OnProgress& on_progress)
      : plan_(plan), on_progress_(on_progress), runner_(plan) {
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
    const int affordable =
        static_cast<int>(std::clamp(left / std::max(round_seconds, 1e-6), 0.0, 1e6));
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
    look();
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
    const std::vector<ResultFile> results = runner_.run(order);
    add_round(result_.measurements, results, result_.commands, time_control());
    if (runner_.rounds_run() > 1) return;
    for (std::size_t c = 0; c + 1 < results.size(); ++c) {
      add_new(earlier_warnings_, build_noise_warnings(results[c].context, result_.commands[c]));
    }
  }

  void judge_with(double alpha) {
    result_.judgement = judge(result_.measurements, rounds_done(), alpha, plan_.judging);
    judged_ = true;
  }

  // Judges the rounds if a look is planned now.
  void look() {
    if (!ledger_.is_planned(rounds_done())) return;
    judge_with(ledger_.look(rounds_done()));
    result_.stopped_early =
        !plan_.all_rounds && result_.judgement.decided() && rounds_done() < last_round();
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
