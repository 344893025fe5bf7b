"""The median of ratios and its exact confidence interval.

The interval lies between two order statistics. Its coverage is binomial, whatever the distribution of the
ratios: each value is below the median with probability 1/2. The library's median_interval
(lib/reprise/stats/intervals.hpp) uses the same ranks for six values or more, and SciPy's quantile_test too;
tests/stats/fixtures/median_intervals.txt pins both implementations to the same ranks.
"""

import math
import statistics


def coverage(n, k):
    """The probability that the median lies between the k-th smallest and the k-th largest of n values."""
    return 1 - 2 * sum(math.comb(n, i) for i in range(k)) / 2**n


def interval(values, level=0.95):
    """{median, low, high, level, n}: the narrowest such interval whose coverage is at least `level`.

    Fewer than six values allow none at 95 %. The result is then the widest interval, with its actual level.
    """
    ordered, n = sorted(values), len(values)
    k = max([k for k in range(1, n // 2 + 1) if coverage(n, k) >= level], default=1)
    return {"median": statistics.median(ordered), "low": ordered[k - 1], "high": ordered[n - k],
            "level": round(coverage(n, k), 4) if n > 1 else 0.0, "n": n}
