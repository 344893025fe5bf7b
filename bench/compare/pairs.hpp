// Contenders beside each other, not only beside the first: who is fastest in a row, and whether a
// step from one to the next pays.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/compare/measurements.hpp"
#include "bench/compare/verdict.hpp"

namespace reprise::compare {

// A question of an answer: b beside a in a row.
struct Pair {
  std::size_t benchmark = 0, a = 0, b = 0;
};

struct PairVerdict {
  Pair pair;
  Verdict verdict;  // ratio is b's time by a's
};

struct Pairs {
  std::vector<PairVerdict> verdicts;
  // The smallest change that these rounds find in 9 of 10 cases, as a ratio - 1: of the median
  // pair, and of the one that hides the largest.
  double median_minimum_detectable_effect = 0, largest_minimum_detectable_effect = 0;
  std::string least_sensitive_benchmark;
  int rounds_needed = 1;  // before which Holm calls no pair different, however they agree
};

// Of each row the contender with the smallest median time (both controls left out, rows that failed
// and contenders that borrow another one's code there), beside each of the others.
std::vector<Pair> pairs_with_fastest(const Measurements& measurements, Clock clock);

// Those pairs and no others, by Holm: pairs that no answer uses would only cost level. `picked`:
// the pairs were chosen by the same rounds, as the best is. Each p then counts twice: of equals,
// the one that happens to be the best looks better than it is (tests/bench/compare/pairs_test.cpp).
Pairs judge_pairs(const Measurements& measurements, const std::vector<Pair>& pairs, bool picked,
                  double level, const JudgeOptions& options);

// Of a row: the contender with the smallest median time, and those that are not to be told from it
// or lie within the margin of it.
struct Winner {
  std::size_t benchmark = 0, best = 0;
  std::vector<std::size_t> as_good;  // the best not among them
  bool undecided = false;            // some of those for lack of data, not by equivalence
};
// By the pairs with the best.
std::vector<Winner> winners(const Measurements& measurements, const Pairs& pairs,
                            const JudgeOptions& options);

// The verdict on b against a, whichever way the pair was judged; "failed" where it was not.
Verdict between(const Pairs& pairs, std::size_t row, std::size_t a, std::size_t b);

}  // namespace reprise::compare
