// Result files of Google Benchmark 1.0 to 1.4.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace reprise::compare {

// In these versions only the names tell statistics from benchmarks: after the repetitions of X, or
// in their place, follow X_mean, X_median (from 1.2 on), X_stddev and statistics of the user, all
// with as many iterations as the repetitions that did not fail; X_BigO and X_RMS have no times.
// Returns for each entry of the list the statistic that it is, or "" for a repetition. A benchmark
// that its user called X_mean is one: statistics never stand alone, and a single run has none.
std::vector<std::string> old_statistics(const nlohmann::json& runs);

}  // namespace reprise::compare
