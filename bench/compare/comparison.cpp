#include "bench/compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/compare/balanced_order.hpp"
#include "bench/compare/control_clock.hpp"
#include "bench/compare/duration.hpp"
#include "bench/compare/noise_warnings.hpp"
#include "bench/compare/state_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise::compare {

namespace {

// A, B, ... and A again.
std::vector<Contender> with_control(const ComparisonPlan& plan) {
  std::vector<Contender> all = plan.contenders;
  all.push_back(all.front());
  all.back().name += " again";
  return all;
}

std::vector<std::string> names_of(const ResultFile& result) {
  std::vector<std::string> names;
  for (const BenchmarkResult& row : result.benchmarks) names.push_back(row.name);
  return names;
}

class Running {
 public:
  Running(const ComparisonPlan& plan, const OnProgress& on_progress)
      : plan_(plan), on_progress_(on_progress), all_(with_control(plan)) {
    for (const Contender& contender : all_) result_.commands.push_back(contender.text);
    result_.judging = plan.judging;
    for (const Contender& contender : all_) {
      result_.measurements.contenders.push_back({contender.name, contender.configuration});
    }
    known_rows_.resize(all_.size());
  }

  Comparison run() {
    const std::string key = state_key(plan_);
    if (plan_.resume) {
      take_up(key);
    } else {
      const int rounds = affordable_rounds(pilot());
      result_.looks =
          plan_.all_rounds ? one_look(rounds, plan_.level) : plan_looks(rounds, plan_.level);
    }
    const auto design = williams_design(all_.size());
    for (int r = rounds_done(); !ended(r); r = rounds_done()) {
      try {
        one_round(design[static_cast<std::size_t>(r) % design.size()]);
        look();
        keep(key);
      } catch (const Error& error) {
        if (rounds_done() == 0) throw;
        result_.failure = error;  // the rounds before it are as good as ever
        break;
      }
      report();
    }
    if (result_.judgement.rounds != rounds_done()) {
      look_unplanned();
      try {
        keep(key);
      } catch (const Error& error) {  // what was measured is shown all the same
        told_.push_back(error.what());
      }
    }
    result_.noise_warnings = all_spoilers();
    result_.seconds = seconds_before_ + watch_.seconds();
    return std::move(result_);
  }

 private:
  int rounds_done() const { return static_cast<int>(result_.measurements.rounds.size()); }

  // Seconds of a round: a process of each contender, the control's taken as A's.
  double pilot() {
    double seconds = 0;
    for (std::size_t c = 0; c < all_.size(); ++c) {
      const Stopwatch watch;
      if (c + 1 < all_.size()) {
        known_rows_[c] = names_of(invoke(all_[c], plan_.invocation));
        if (c == 0) first_turn_ = watch.seconds();
        seconds += watch.seconds();
      }
    }
    round_seconds_ = seconds + first_turn_;
    known_rows_.back() = known_rows_.front();
    piloted_ = true;
    return round_seconds_;
  }

  int affordable_rounds(double round) const {
    if (!plan_.budget) return plan_.rounds;
    const double left = *plan_.budget - watch_.seconds();
    const int affordable = static_cast<int>(std::min(left / round, 1e6));
    if (plan_.one_round_at_least) return std::clamp(affordable, 1, plan_.rounds);
    if (affordable >= 1) return std::min(plan_.rounds, affordable);
    throw Error(fmt::format("--time-budget: found {}, expected at least {} for a single round",
                            clock_time(*plan_.budget), clock_time(2 * round)));
  }

  void take_up(const std::string& key) {
    State state = read_state(*plan_.state, key);
    if (plan_.rounds_given && plan_.rounds != state.planned) {
      throw Error(
          fmt::format("--rounds: found {}, expected the {} that {} was begun with: its looks "
                      "are fixed",
                      plan_.rounds, state.planned, plan_.state->string()));
    }
    planned_ = state.planned;
    result_.looks = std::move(state.looks);
    result_.measurements = std::move(state.measurements);
    looks_made_ = std::move(state.looks_made);
    seconds_before_ = state.seconds;
    told_ = std::move(state.noise_warnings);
    std::ranges::fill(known_rows_, result_.measurements.benchmarks);
    look();
  }

  void keep(const std::string& key) const {
    if (!plan_.state) return;
    write_state(*plan_.state, key,
                {result_.looks, result_.measurements, planned_, looks_made_,
                 seconds_before_ + watch_.seconds(), all_spoilers()});
  }

  // Of the machine now, of programs' builds, and of sessions before this one.
  std::vector<std::string> all_spoilers() const {
    std::vector<std::string> all = spoilers_.found();
    for (const std::string& line : told_) {
      if (std::ranges::find(all, line) == all.end()) all.push_back(line);
    }
    return all;
  }

  void one_round(const std::vector<std::size_t>& order) {
    const Stopwatch watch;
    std::vector<ResultFile> results(all_.size());
    for (const std::size_t c : order)
      results[c] = invoke(all_[c], plan_.invocation, known_rows_[c]);
    add_round(result_.measurements, results, result_.commands, time_control());
    if (measured_ == 0) {
      for (std::size_t c = 0; c + 1 < all_.size(); ++c) {
        for (const auto& line : build_noise_warnings(results[c].context, all_[c].text)) {
          if (std::ranges::find(told_, line) == told_.end()) told_.push_back(line);
        }
      }
    }
    ++measured_;
    // the pilot is one of those that the mean is of; after a resumption there was none
    const int of = std::min(measured_ + (piloted_ ? 1 : 0), 5);
    round_seconds_ += (watch.seconds() - round_seconds_) / of;
  }

  void judge_now(double share) {
    result_.judgement = judge(result_.measurements, rounds_done(), share, plan_.judging);
    judged_ = true;
  }

  // Judges if a look is planned after these rounds.
  void look() {
    const auto& rounds = result_.looks.rounds;
    if (std::ranges::find(rounds, rounds_done()) == rounds.end()) return;
    judge_now(share_now());
    result_.stopped_early =
        !plan_.all_rounds && result_.judgement.decided() && rounds_done() < rounds.back();
  }

  // A budget or a failure has ended it between two looks. Where it can be gone on with, something
  // has to be left for the looks that are planned.
  void look_unplanned() {
    const bool goes_on = plan_.state && !(plan_.budget_is_final && result_.out_of_time);
    if (!goes_on && !looked_now()) {
      looks_made_.push_back({rounds_done(), result_.looks.level - spent()});
    }
    judge_now(share_now());
  }

  bool looked_now() const {
    return !looks_made_.empty() && looks_made_.back().rounds == rounds_done();
  }

  double spent() const {
    double sum = 0;
    for (const LookMade& made : looks_made_) sum += made.alpha;
    return sum;
  }

  // Of the level, for a look after these rounds; of the same data there is only one look.
  double share_now() {
    if (!looked_now()) {
      looks_made_.push_back({rounds_done(), result_.looks.alpha_at(rounds_done(), spent())});
    }
    return looks_made_.back().alpha;
  }

  bool ended(int round) {
    if (round >= result_.looks.rounds.back() || result_.stopped_early) return true;
    // a look that was final has left nothing for another
    if (round > 0 && spent() > (1 - 1e-9) * result_.looks.level) return true;
    result_.out_of_time =
        plan_.budget && round > 0 && watch_.seconds() + round_seconds_ > *plan_.budget;
    return result_.out_of_time;
  }

  void report() const {
    if (!on_progress_) return;
    const double by_rounds = round_seconds_ * (result_.looks.rounds.back() - rounds_done());
    on_progress_({rounds_done(), result_.looks.rounds.back(), result_.judgement.undecided(),
                  result_.judgement.verdicts.size(), judged_, std::max(by_rounds, 0.0)});
  }

  const ComparisonPlan& plan_;
  const OnProgress& on_progress_;
  std::vector<Contender> all_;
  Comparison result_;
  Stopwatch watch_;
  NoiseWatch spoilers_;
  std::vector<std::string> told_;  // what is wrong with the programs' builds, and was before
  std::vector<LookMade> looks_made_;
  double seconds_before_ = 0;                         // of interrupted sessions
  std::vector<std::vector<std::string>> known_rows_;  // of each contender, in its order
  double first_turn_ = 0, round_seconds_ = 0;
  int measured_ = 0, planned_ = plan_.rounds;
  bool piloted_ = false;
  bool judged_ = false;
};

}  // namespace

Comparison run_comparison(const ComparisonPlan& plan, const OnProgress& on_progress) {
  return Running(plan, on_progress).run();
}

}  // namespace reprise::compare
