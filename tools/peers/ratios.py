"""The median of ratios and its exact interval.

Between which order statistics the median lies follows from the binomial distribution alone, whatever
the ratios' own is: no more than n draws of a fair coin. SciPy's quantile_test gives the same interval.
"""

import math
import statistics


def coverage(n, k):
    """How probably the median lies between the k-th smallest and the k-th largest of n."""
    return 1 - 2 * sum(math.comb(n, i) for i in range(k)) / 2**n


def interval(values, level=0.95):
    """{median, low, high, level, n}: the narrowest such interval of at least `level`.

    Fewer than six values have none at 95 %: it is then the widest, with its own level.
    """
    ordered, n = sorted(values), len(values)
    k = max([k for k in range(1, n // 2 + 1) if coverage(n, k) >= level], default=1)
    return {"median": statistics.median(ordered), "low": ordered[k - 1], "high": ordered[n - k],
            "level": round(coverage(n, k), 4) if n > 1 else 0.0, "n": n}
