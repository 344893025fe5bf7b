// The gate: is HEAD slower than BASE in any benchmark? Screen all benchmarks, confirm the suspects.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/compare/comparison.hpp"
#include "bench/gate/accepted.hpp"
#include "bench/gate/plan.hpp"
#include "bench/gate/result.hpp"

namespace reprise::gate {

// Measures. Throws Error (exit code 2) for a program that fails, hangs or changes its benchmarks
// before the first round is complete (later that becomes `failure`), for a budget that is too short
// and for a state of another gate. The rows are in BASE's order, those that HEAD lacks at the end.
GateResult run_gate(const GatePlan& plan, const compare::OnProgress& on_progress);

// Labels the regressions that these entries allow, and notes the entries that none needed.
void apply_accepted(GateResult& result, const std::vector<Accepted>& entries,
                    const std::function<bool(const std::string& commit)>& in_range);

}  // namespace reprise::gate
