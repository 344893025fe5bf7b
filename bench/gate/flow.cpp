#include "bench/gate/flow.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "bench/gate/decide.hpp"

namespace reprise::gate {

using compare::Measurements;

namespace {

int count_of(const Measurements& m) { return static_cast<int>(m.rounds.size()); }

template <std::size_t n>
bool is_look(const std::array<int, n>& planned, int rounds) {
  return std::ranges::find(planned, rounds) != planned.end();
}

// The looks of a plan that come after at most `rounds` rounds; `last` too if it is none of them and
// a planned look is left, which then gives its share of the level.
template <std::size_t n>
std::vector<int> looks_until(const std::array<int, n>& planned, int rounds, bool last) {
  std::vector<int> looks;
  std::ranges::copy_if(planned, std::back_inserter(looks),
                       [&](int look) { return look <= rounds; });
  const bool is_new = looks.empty() || looks.back() < rounds;
  if (last && rounds > 0 && is_new && looks.size() < n) looks.push_back(rounds);
  return looks;
}

// The benchmarks that have not left.
std::vector<std::string> open_of(const Measurements& m) {
  std::vector<std::string> open;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (!m.has_left(b)) open.push_back(m.benchmarks[b]);
  }
  return open;
}

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
  Flow(GateRounds& rounds, RoundSource& source, const GateOptions& options, double budget,
       bool is_final)
      : rounds_(rounds), source_(source), options_(options), budget_(budget), final_(is_final) {}

  void screen() {
    Measurements& m = rounds_.screen;
    if (count_of(rounds_.fresh) > 0) return;
    if (!m.left_after.empty()) source_.run_only(open_of(m));
    while (count_of(m) < kScreenLooks.back()) {
      if (count_of(m) > 0 && open_of(m).empty()) break;
      const double kept = suspects_of(m, options_).empty() ? 0 : kConfirmShare * budget_;
      if (count_of(m) > 0 && !has_time(budget_ - kept)) break;
      source_.run_round(m);
      if (is_look(kScreenLooks, count_of(m))) look();
      source_.done(m, kScreenLooks.back());
    }
    const int rounds = count_of(m);
    if (!is_look(kScreenLooks, rounds) &&
        looks_until(kScreenLooks, rounds, final_) != looks_until(kScreenLooks, rounds, false)) {
      look_at_screen(m, options_);
    }
  }

  void confirm() {
    Measurements& m = rounds_.fresh;
    const std::vector<std::string> suspects = suspects_of(rounds_.screen, options_);
    if (suspects.empty()) return;
    rounds_.out_of_time = false;
    source_.run_only(count_of(m) == 0 ? suspects : open_of(m));
    while (count_of(m) < kConfirmLooks.back()) {
      if (count_of(m) > 0 && open_of(m).empty()) break;
      if (!has_time(budget_)) break;
      source_.run_round(m);
      if (is_look(kConfirmLooks, count_of(m))) leave_confirmed();
      source_.done(m, kConfirmLooks.back());
    }
  }

 private:
  bool has_time(double limit) {
    rounds_.out_of_time = source_.seconds() + source_.round_seconds() > limit;
    return !rounds_.out_of_time;
  }

  void look() {
    look_at_screen(rounds_.screen, options_);
    const auto open = open_of(rounds_.screen);
    if (!open.empty() && open.size() < rounds_.screen.benchmarks.size()) source_.run_only(open);
  }

  void leave_confirmed() {
    Measurements& m = rounds_.fresh;
    const auto found = confirmations(m, looks_until(kConfirmLooks, count_of(m), false), options_);
    for (std::size_t b = 0; b < found.size(); ++b) {
      if (found[b].found != Confirmed::open && !m.has_left(b)) m.leave(b);
    }
    if (const auto open = open_of(m); !open.empty()) source_.run_only(open);
  }

  GateRounds& rounds_;
  RoundSource& source_;
  const GateOptions& options_;
  double budget_;
  bool final_;
};

}  // namespace

void run_flow(GateRounds& rounds, RoundSource& source, const GateOptions& options, double budget,
              bool is_final) {
  Flow flow(rounds, source, options, budget, is_final);
  flow.screen();
  flow.confirm();
}

std::vector<int> confirm_looks(const GateRounds& rounds, bool is_final) {
  return looks_until(kConfirmLooks, count_of(rounds.fresh), is_final);
}

}  // namespace reprise::gate
