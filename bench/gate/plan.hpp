// What a gate is asked to do.
#pragma once

#include <filesystem>
#include <optional>

#include "bench/compare/contender.hpp"
#include "bench/compare/invocation.hpp"
#include "bench/gate/result.hpp"

namespace reprise::gate {

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
