// Whether two samples have the same mean as far as matters: two one-sided tests (Schuirmann 1987,
// J. Pharmacokin. Biopharm. 15, 657-680).
#pragma once

#include <span>

namespace reprise {

enum class Equivalence { equivalent, different, undecided };

struct EquivalenceTest {
  double difference = 0;     // mean of b minus mean of a, in standard deviations of a run
  double low = 0, high = 0;  // its interval at 1 - 2 * level, in the same unit
  double p = 1;              // of a difference beyond the margin: the larger of the two tests'
  double p_within = 1;       // of one within it: twice the smaller of the tests the other way
  Equivalence verdict = Equivalence::undecided;
};

// `margin` in standard deviations of a single value, pooled over both samples. Equivalent: the
// interval lies within the margin, p < level; different: it lies beyond it wholly. Two samples that
// are constant and equal are equivalent; constant and unequal are undecided, since nothing says
// what a standard deviation is. At least 2 values each.

// a[i] and b[i] belong together (the same seed): by the t-test of the pairs' differences.
EquivalenceTest paired_equivalence(std::span<const double> a, std::span<const double> b,
                                   double margin, double level = 0.05);

// Independent samples: by Welch's t-test.
EquivalenceTest welch_equivalence(std::span<const double> a, std::span<const double> b,
                                  double margin, double level = 0.05);

}  // namespace reprise
