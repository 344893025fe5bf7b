// Which entries of a result file belong to one benchmark.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/compare/result_entry.hpp"

namespace reprise::compare {

// The entries of a benchmark. Benchmarks of one name are told apart by their indices of family and
// instance; where these are missing, by what comes after what.
struct EntryGroup {
  std::string name;
  std::vector<Entry> entries;
};

// The benchmarks, in the order of their first entries. Those of one name are in the order of their
// families and instances, which programs may write in any order. `asked_repetitions`: what
// --benchmark_repetitions the program was given, if that is known. Throws Error (exit code 2) that
// begins with `file` and names the benchmark if it cannot be told whether entries of one name are
// repetitions of one benchmark.
std::vector<EntryGroup> group_entries(std::vector<Entry> entries,
                                      std::optional<int> asked_repetitions,
                                      const std::string& file);

}  // namespace reprise::compare
