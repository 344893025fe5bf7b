// The rank test for rounds of three: is B slower than A, where A ran twice (A and A')?
//
// In each round, U = [B > A] + [B > A'] is 0, 1 or 2. If the three times of a round are
// exchangeable, which is so if B is the same program as A whatever the noise of the round, each
// value has the probability 1/3, so that the sum over n rounds has the n-fold convolution of {0, 1,
// 2} / 3. This is van Elteren's test (1960) with blocks of two and one. It uses A', which the sign
// test of B against A leaves out: at equal power it needs two thirds of the rounds.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprise {

// The two differences of B in each round, usually logarithms of ratios: B - A and B - A'. Both have
// one value for each round.
struct BlockedDifferences {
  std::vector<double> to_first, to_second;

  std::size_t rounds() const { return to_first.size(); }
  BlockedDifferences operator-() const;  // of A - B and A' - B
};

// The largest c with P(sum of U <= c) <= share over n rounds; -1 if there is none.
int blocked_rank_critical_value(std::size_t rounds, double share);

// The one-sided p of "B is greater". Differences of 0 do not count as greater, so that ties never
// help to reject: with one half for a tie, sums lie between the values of the null distribution.
double blocked_rank_p(const BlockedDifferences& differences);

// The shift of B. Each of the bounds alone holds with probability 1 - share at least; they are
// infinite with too few rounds. Sorted, the 2n differences D have the median `estimate` and the
// bounds D[c] and D[2n - 1 - c], where c is the critical value: the shifts that the test at `share`
// does not reject.
struct BlockedShift {
  double estimate = 0, low = 0, high = 0;
};
BlockedShift blocked_shift(const BlockedDifferences& differences, double share);

}  // namespace reprise
