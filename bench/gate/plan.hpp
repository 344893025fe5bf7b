// What a gate is asked to do.
#pragma once

#include <filesystem>
#include <optional>

#include "bench/compare/contender.hpp"
#include "bench/compare/invocation.hpp"
#include "bench/gate/result.hpp"

namespace reprise::gate {

// How long each process measures a benchmark, in seconds. A quarter of compare's time: two
// processes of one program differ by about as much after 2.5 ms as after 20, so more rounds say
// more. On a busy machine (AMD EPYC, Zen 3, 20 benchmarks of bench_dense, 25 pairs each) the median
// standard deviation of the ratio was .10 to .12 with 20 ms and .10 to .12 with 5 ms, in a third of
// the time.
inline constexpr double kMinTime = 0.005;

struct GatePlan {
  compare::Contender base, head;
  Side base_side, head_side;  // as reports show them
  compare::InvocationOptions invocation{};
  GateOptions options{};
  double budget = 180;          // seconds of this session, pilots included, builds not
  bool min_time_given = false;  // a short budget then leaves fewer rounds, not less measuring time
  std::optional<std::filesystem::path> state{};  // written after each round
  bool resume = false;                           // go on with the rounds of `state`
};

}  // namespace reprise::gate
