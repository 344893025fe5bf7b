// What rounds of BASE, HEAD and BASE again say, as functions of the rounds alone: a gate that goes
// on from its state, a simulation and a report all come to the same answer.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "bench/compare/measurements.hpp"
#include "bench/gate/result.hpp"

namespace reprise::gate {

// The screen looks after these rounds, which are multiples of the six orders of the three
// processes. Each look spends an equal share of GateOptions::screen_level. The last two matter to
// short programs: 204 rounds of 20 benchmarks, most of which left, took 113 of 180 s on an AMD EPYC
// (Zen 3, 2 threads), and four were still open. Two more looks widen the bounds by 4 %.
inline constexpr std::array kScreenLooks{18, 24, 36, 54, 78, 120, 180, 270, 402};
// The suspects are confirmed in fresh rounds of their own, at these looks. Each spends a third of
// GateOptions::level.
inline constexpr std::array kConfirmLooks{24, 48, 72};

enum class Screened {
  open,
  not_slower,  // the upper bound lies below 1 + margin
  suspect,     // the lower bound lies above 1 and the estimate above 1 + margin
  failed,      // no time in BASE or HEAD
};

// The ratio with its two bounds by the blocked rank test, at one look's share of the level.
Estimate screen_estimate(const compare::Measurements& measurements, std::size_t benchmark,
                         std::size_t rounds, const GateOptions& options);
Screened screen_one(const compare::Measurements& measurements, std::size_t benchmark,
                    std::size_t rounds, const GateOptions& options);
// A look at the latest round: benchmarks that are no longer open leave the rounds.
void look_at_screen(compare::Measurements& measurements, const GateOptions& options);
// What the look said at which each benchmark left, or open; one entry for each benchmark.
std::vector<Screened> screened(const compare::Measurements& measurements,
                               const GateOptions& options);

enum class Confirmed { open, slower, not_slower, failed };
struct Confirmation {
  Confirmed found = Confirmed::open;
  Estimate estimate;
  double p = 1;  // one-sided sign test, adjusted by Holm over all suspects
};
// The looks after these numbers of rounds, ascending, judge each suspect in `fresh`. A suspect is
// slower if p is at most a look's share of the level and the estimate above 1 + margin; it is not
// slower if the upper bound, at a third of the screen's level, lies below 1 + margin. One that was
// called not slower counts as p = 1 at later looks. The chance that any benchmark is called slower
// that is not is at most `level`, whatever the screen did, because no round of the screen counts.
std::vector<Confirmation> confirmations(const compare::Measurements& fresh,
                                        const std::vector<int>& looks, const GateOptions& options);
// BASE against BASE again in each benchmark. It differs by the two-sided sign test, adjusted by
// Holm over the benchmarks at the screen's level, if the estimate lies beyond the margin.
std::vector<ControlEstimate> controls(const compare::Measurements& measurements,
                                      const GateOptions& options);
// BASE against BASE again over all benchmarks: the medians of the rounds.
ControlEstimate overall_control(const compare::Measurements& measurements,
                                const GateOptions& options);

}  // namespace reprise::gate
