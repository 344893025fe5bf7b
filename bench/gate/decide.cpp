#include "bench/gate/decide.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "reprise/stats/blocked_rank.hpp"
#include "reprise/stats/holm.hpp"
#include "reprise/stats/intervals.hpp"
#include "reprise/stats/ranks.hpp"
#include "reprise/stats/sign_test.hpp"

namespace reprise::gate {

using compare::Measurements;

namespace {

constexpr std::size_t kBase = 0, kHead = 1;

bool has_failed(const Measurements& m, std::size_t benchmark, compare::Clock clock) {
  for (std::size_t c = 0; c < m.contenders.size(); ++c) {
    if (!m.error_of(c, benchmark, clock).empty()) return true;
  }
  return false;
}

// The ratio of HEAD to BASE with the sign test's bounds, each at this share.
Estimate sign_estimate(const std::vector<double>& log_ratios, double share) {
  const Interval interval = median_interval(log_ratios, 1 - 2 * share);
  return {static_cast<int>(log_ratios.size()), std::exp(interval.estimate), std::exp(interval.low),
          std::exp(interval.high)};
}

ControlEstimate control_of(const std::vector<double>& log_ratios, double level) {
  const Estimate found = sign_estimate(log_ratios, level / 2);
  return {found.ratio, found.low, found.high};
}

bool is_beyond(double ratio, double margin) {
  return std::abs(std::log(ratio)) > std::log1p(margin);
}

}  // namespace

Estimate screen_estimate(const Measurements& m, std::size_t benchmark, std::size_t rounds,
                         const GateOptions& options) {
  const BlockedDifferences differences{
      m.log_ratios(kHead, benchmark, rounds, options.clock, kBase),
      m.log_ratios(kHead, benchmark, rounds, options.clock, m.control())};
  const BlockedShift shift = blocked_shift(differences, options.screen_level / kScreenLooks.size());
  return {static_cast<int>(differences.rounds()), std::exp(shift.estimate), std::exp(shift.low),
          std::exp(shift.high)};
}

Screened screen_one(const Measurements& m, std::size_t benchmark, std::size_t rounds,
                    const GateOptions& options) {
  if (has_failed(m, benchmark, options.clock)) return Screened::failed;
  const Estimate found = screen_estimate(m, benchmark, rounds, options);
  const double limit = 1 + options.margin;
  if (found.high < limit) return Screened::not_slower;
  if (found.low > 1 && found.ratio > limit) return Screened::suspect;
  return Screened::open;
}

void look_at_screen(Measurements& m, const GateOptions& options) {
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (m.has_left(b)) continue;
    // our programs' own benchmark of the frozen control kernel is no subject of comparison
    if (compare::is_control(m.benchmarks[b])) {
      m.leave(b);
      continue;
    }
    if (screen_one(m, b, m.rounds.size(), options) != Screened::open) m.leave(b);
  }
}

std::vector<Screened> screened(const Measurements& m, const GateOptions& options) {
  std::vector<Screened> found;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    found.push_back(m.has_left(b) ? screen_one(m, b, m.rounds_of(b), options) : Screened::open);
  }
  return found;
}

std::vector<Confirmation> confirmations(const Measurements& fresh, const std::vector<int>& looks,
                                        const GateOptions& options) {
  const double share = options.level / kConfirmLooks.size();
  const double limit = 1 + options.margin;
  std::vector<Confirmation> all(fresh.benchmarks.size());
  for (const int look : looks) {
    const auto rounds = static_cast<std::size_t>(look);
    std::vector<double> p(all.size(), 1.0);
    for (std::size_t b = 0; b < all.size(); ++b) {
      if (has_failed(fresh, b, options.clock)) all[b].found = Confirmed::failed;
      if (all[b].found == Confirmed::slower) p[b] = 0;  // it holds its place in Holm's procedure
      if (all[b].found != Confirmed::open) continue;
      const auto ratios = fresh.log_ratios(kHead, b, rounds, options.clock);
      all[b].estimate = sign_estimate(ratios, options.screen_level / kConfirmLooks.size());
      p[b] = sign_test_greater_p(ratios);
    }
    const std::vector<double> adjusted = holm(p);
    for (std::size_t b = 0; b < all.size(); ++b) {
      Confirmation& one = all[b];
      if (one.found != Confirmed::open) continue;
      one.p = adjusted[b];
      if (one.p <= share && one.estimate.ratio > limit) {
        one.found = Confirmed::slower;
      } else if (one.estimate.high < limit) {
        one.found = Confirmed::not_slower;
      }
    }
  }
  return all;
}

std::vector<ControlEstimate> controls(const Measurements& m, const GateOptions& options) {
  std::vector<ControlEstimate> all(m.benchmarks.size());
  std::vector<double> p(all.size(), 1.0);
  for (std::size_t b = 0; b < all.size(); ++b) {
    if (has_failed(m, b, options.clock) || compare::is_control(m.benchmarks[b])) continue;
    const auto ratios = m.log_ratios(m.control(), b, m.rounds_of(b), options.clock);
    all[b] = control_of(ratios, options.screen_level);
    p[b] = sign_test_p(ratios);
  }
  const std::vector<double> adjusted = holm(p);
  for (std::size_t b = 0; b < all.size(); ++b) {
    all[b].differs = adjusted[b] <= options.screen_level && is_beyond(all[b].ratio, options.margin);
  }
  return all;
}

ControlEstimate overall_control(const Measurements& m, const GateOptions& options) {
  std::vector<std::vector<double>> by_round(m.rounds.size());
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (has_failed(m, b, options.clock) || compare::is_control(m.benchmarks[b])) continue;
    const auto ratios = m.log_ratios(m.control(), b, m.rounds_of(b), options.clock);
    for (std::size_t r = 0; r < ratios.size(); ++r) by_round[r].push_back(ratios[r]);
  }
  std::vector<double> medians;
  for (const auto& ratios : by_round) {
    if (!ratios.empty()) medians.push_back(median(ratios));
  }
  if (medians.empty()) return {};
  ControlEstimate found = control_of(medians, options.screen_level);
  found.differs =
      sign_test_p(medians) <= options.screen_level && is_beyond(found.ratio, options.margin);
  return found;
}

}  // namespace reprise::gate
