#include "bench/gate/flow.hpp"

#include <algorithm>
#include <array>

#include "bench/gate/decide.hpp"

namespace reprise::gate {

using compare::Measurements;

namespace {

int count_of(const Measurements& m) { return static_cast<int>(m.rounds.size()); }

template <std::size_t n>
bool is_look(const std::array<int, n>& planned, int rounds) {
  return std::ranges::find(planned, rounds) != planned.end();
}

// Notes a look after these rounds, if one of the planned number is left.
template <std::size_t n>
bool may_look(const std::array<int, n>&, std::vector<int>& made, int rounds) {
  if (made.size() >= n || (!made.empty() && made.back() >= rounds)) return false;
  made.push_back(rounds);
  return true;
}

// The benchmarks that have not left.
std::vector<std::string> open_of(const Measurements& m) {
  std::vector<std::string> open;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (!m.has_left(b)) open.push_back(m.benchmarks[b]);
  }
  return open;
}

bool is_decided(const Measurements& m) { return count_of(m) > 0 && open_of(m).empty(); }

std::vector<std::string> suspects_of(const Measurements& screen, const GateOptions& options) {
  std::vector<std::string> names;
  const std::vector<Screened> found = screened(screen, options);
  for (std::size_t b = 0; b < found.size(); ++b) {
    if (found[b] == Screened::suspect) names.push_back(screen.benchmarks[b]);
  }
  return names;
}

class Flow {
 public:
  Flow(GateRounds& rounds, RoundSource& source, const GateOptions& options, double budget)
      : rounds_(rounds), source_(source), options_(options), budget_(budget) {}

  void run() {
    const int before = count_of(rounds_.fresh);
    const bool resumed = before > 0;
    bool screen_stopped = !resumed && screen(true);
    const bool confirming_stopped = confirm();
    if (resumed || count_of(rounds_.fresh) > before) {
      screen_stopped = screen(false);  // with the time that confirming left
    }
    rounds_.out_of_time = screen_stopped || confirming_stopped;
  }

 private:
  // `confirm_follows`: time is kept for confirming once there is a suspect. Returns whether the
  // budget ended it.
  bool screen(bool confirm_follows) {
    Measurements& m = rounds_.screen;
    if (is_decided(m)) return false;
    if (!m.left_after.empty()) source_.run_only(open_of(m));
    bool suspected = confirm_follows && !suspects_of(m, options_).empty();
    while (count_of(m) < kScreenLooks.back() && !is_decided(m)) {
      if (count_of(m) > 0 && !has_time(budget_ - (suspected ? kept_for_confirming() : 0))) {
        look();
        return true;
      }
      source_.run_round(m);
      if (is_look(kScreenLooks, count_of(m))) {
        look();
        suspected = confirm_follows && !suspects_of(m, options_).empty();
      }
      source_.done(m, kScreenLooks.back());
    }
    return false;
  }

  // Returns whether the budget ended it.
  bool confirm() {
    Measurements& m = rounds_.fresh;
    const std::vector<std::string> suspects =
        count_of(m) == 0 ? suspects_of(rounds_.screen, options_) : open_of(m);
    if (suspects.empty()) return false;
    source_.run_only(suspects);
    bool stopped = false;
    while (count_of(m) < kConfirmLooks.back() && !is_decided(m)) {
      stopped = !has_time(budget_);
      if (stopped) break;
      source_.run_round(m);
      if (is_look(kConfirmLooks, count_of(m))) leave_confirmed();
      source_.done(m, kConfirmLooks.back());
    }
    if (count_of(m) > 0 && !open_of(m).empty()) leave_confirmed();
    return stopped;
  }

  bool has_time(double limit) const { return source_.seconds() + source_.round_seconds() <= limit; }

  // A round of the suspects takes no longer than one of the benchmarks that are still open, as long
  // as these are not fewer.
  double kept_for_confirming() const {
    const double of_rounds = kConfirmLooks.front() * source_.round_seconds();
    return std::clamp(of_rounds, kConfirmShare * budget_, budget_ / 2);
  }

  void look() {
    Measurements& m = rounds_.screen;
    if (!may_look(kScreenLooks, rounds_.screen_looks, count_of(m))) return;
    const auto before = open_of(m);
    look_at_screen(m, options_);
    const auto open = open_of(m);
    if (!open.empty() && open.size() < before.size()) source_.run_only(open);
  }

  void leave_confirmed() {
    Measurements& m = rounds_.fresh;
    if (!may_look(kConfirmLooks, rounds_.confirm_looks, count_of(m))) return;
    const auto before = open_of(m);
    const auto found = confirmations(m, rounds_.confirm_looks, options_);
    for (std::size_t b = 0; b < found.size(); ++b) {
      if (found[b].found != Confirmed::open && !m.has_left(b)) m.leave(b);
    }
    const auto open = open_of(m);
    if (!open.empty() && open.size() < before.size()) source_.run_only(open);
  }

  GateRounds& rounds_;
  RoundSource& source_;
  const GateOptions& options_;
  double budget_;
};

}  // namespace

void run_flow(GateRounds& rounds, RoundSource& source, const GateOptions& options, double budget) {
  Flow(rounds, source, options, budget).run();
}

}  // namespace reprise::gate
