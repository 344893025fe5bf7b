#include "bench/compare/control_clock.hpp"

#include <algorithm>
#include <limits>

#include "bench/harness/control.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise::compare {

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

}  // namespace reprise::compare
