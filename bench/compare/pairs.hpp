// Who is fastest in a row, of all contenders: each against each, in the same rounds.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rounds.hpp"
#include "verdict.hpp"

namespace reprise::compare {

struct PairVerdict {
  std::size_t row = 0, a = 0, b = 0;  // contenders; ratio is b's time by a's
  RowVerdict verdict;
};

// Every pair of contenders in every row (both controls left out), Holm over all of them.
std::vector<PairVerdict> judge_pairs(const Measurements& measurements, double level,
                                     const JudgeOptions& options);

// Of a row: the contender with the smallest median time, those that are not to be told from it or
// lie within the margin of it, and by how much the nearest of the others is slower.
struct Winner {
  std::size_t row = 0, best = 0;
  std::vector<std::size_t> as_good;  // the best not among them
  bool undecided = false;            // some of those for lack of data, not by equivalence
};
std::vector<Winner> winners(const Measurements& measurements, const std::vector<PairVerdict>& pairs,
                            const JudgeOptions& options);

// The verdict on b against a, whichever way the pair was judged.
RowVerdict between(const std::vector<PairVerdict>& pairs, std::size_t row, std::size_t a,
                   std::size_t b);

}  // namespace reprise::compare
