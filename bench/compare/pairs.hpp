// Compares contenders with each other, not only with the first: which one is fastest in a
// benchmark, and whether a step from one to the next pays.
#pragma once

#include <cstddef>
#include <vector>

#include "bench/compare/measurements.hpp"
#include "bench/compare/verdict.hpp"

namespace reprise::compare {

// Contender b compared with contender a in a benchmark.
struct Pair {
  std::size_t benchmark = 0, a = 0, b = 0;
};

struct PairVerdict {
  Pair pair;
  Verdict verdict;  // its ratio is b's time divided by a's
};

struct Pairs {
  std::vector<PairVerdict> verdicts;
  DetectableEffects detectable;
  int rounds_needed = 1;  // with fewer rounds Holm calls no pair different, however clear it is
};

// For each benchmark the contender with the smallest median time, paired with each of the others.
// Leaves out the control, contenders whose benchmark failed, and contenders that borrow another
// one's code there.
std::vector<Pair> pairs_with_fastest(const Measurements& measurements, Clock clock);

// Judges these pairs and no others, with Holm over them: pairs that no answer uses would only cost
// power. `picked`: the pairs were chosen by the same rounds, as the fastest of k contenders is.
// Each p is then multiplied by max(2, k / 2). Among equal contenders the one that happens to be
// fastest looks better than it is: of the k (k - 1) / 2 pairs that could be judged, those k - 1 are
// which have the most extreme one, and Bonferroni's factor for that choice is k / 2.
// tests/bench/compare/pairs_test.cpp shows that the level holds.
Pairs judge_pairs(const Measurements& measurements, const std::vector<Pair>& pairs, bool picked,
                  double level, const JudgeOptions& options);

// The contender with the smallest median time in a benchmark, and those that tie with it: they are
// equivalent within the margin or cannot be told apart.
struct Winner {
  std::size_t benchmark = 0, best = 0;
  std::vector<std::size_t> as_good;  // without the best
  bool undecided = false;            // for some of them the data do not suffice to show equivalence
};
// `pairs` are those of pairs_with_fastest.
std::vector<Winner> winners(const Measurements& measurements, const Pairs& pairs,
                            const JudgeOptions& options);

// The verdict on b compared with a, whichever of the two came first in the judged pair; "failed" if
// the pair was not judged.
Verdict between(const Pairs& pairs, std::size_t benchmark, std::size_t a, std::size_t b);

}  // namespace reprise::compare
