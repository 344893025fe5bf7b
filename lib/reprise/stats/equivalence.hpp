// Equivalence of two means within a margin, by two one-sided tests (Schuirmann 1987, J.
// Pharmacokin. Biopharm. 15, 657-680).
#pragma once

#include <span>

namespace reprise {

enum class Equivalence { equivalent, different, undecided };

struct EquivalenceTest {
  double difference = 0;     // mean of b minus mean of a, in standard deviations of a run
  double low = 0, high = 0;  // its confidence interval at 1 - 2 * level, in the same unit
  double p = 1;         // of the hypothesis that the difference exceeds the margin: the larger of
                        // the two tests' p-values
  double p_within = 1;  // of the hypothesis that it lies within the margin: twice the smaller
                        // p-value of the two opposite tests
  Equivalence verdict = Equivalence::undecided;
};

// `margin` is in standard deviations of a single value, pooled over both samples. The verdict is
// equivalent if the interval lies within the margin (p < level), different if it lies entirely
// beyond the margin, and undecided otherwise. Two constant samples are equivalent if equal and
// undecided if not, because the standard deviation is 0. Each sample needs at least 2 values.

// Paired samples, where a[i] and b[i] have the same seed: the t-test of the differences.
EquivalenceTest paired_equivalence(std::span<const double> a, std::span<const double> b,
                                   double margin, double level = 0.05);

// Independent samples: Welch's t-test.
EquivalenceTest welch_equivalence(std::span<const double> a, std::span<const double> b,
                                  double margin, double level = 0.05);

}  // namespace reprise
