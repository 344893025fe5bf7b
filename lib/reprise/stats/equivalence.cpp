#include "reprise/stats/equivalence.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/statistics/univariate_statistics.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace reprise {

namespace {

namespace statistics = boost::math::statistics;

double mean_of(std::span<const double> values) {
  return statistics::mean(values.begin(), values.end());
}

double variance_of(std::span<const double> values) {
  return statistics::sample_variance(values.begin(), values.end());
}

// The standard error of a standardized difference of means. It adds to the standard error of the
// means that of the standard deviation, which is itself estimated with `degrees` of freedom (Hedges
// and Olkin 1985, Statistical Methods for Meta-Analysis, 5.D). Without it pairs at the margin are
// called equivalent in 8 of 100 cases instead of 5.
double standard_error(double difference, double means_error, double degrees) {
  return std::hypot(means_error, difference / std::sqrt(2 * degrees));
}

// All arguments are in standard deviations; `error` is the standard error of the difference.
EquivalenceTest test_equivalence(double difference, double error, double degrees, double margin,
                                 double level) {
  EquivalenceTest test{difference, difference, difference, 0, 1, Equivalence::equivalent};
  if (error > 0) {
    const boost::math::students_t_distribution<double> t(degrees);
    const double half = quantile(complement(t, level)) * error;
    test.low -= half;
    test.high += half;
    test.p = std::max(cdf(complement(t, (difference + margin) / error)),
                      cdf(t, (difference - margin) / error));
    test.p_within = std::min(1.0, 2 * std::min(cdf(t, (difference + margin) / error),
                                               cdf(complement(t, (difference - margin) / error))));
  } else if (std::isinf(difference)) {
    return {difference, difference, difference, 1, 1, Equivalence::undecided};
  } else {
    test.p = std::abs(difference) < margin ? 0 : 1;
    test.p_within = 1 - test.p;
  }
  if (-margin < test.low && test.high < margin) return test;
  test.verdict =
      test.low > margin || test.high < -margin ? Equivalence::different : Equivalence::undecided;
  return test;
}

// The difference in standard deviations; infinite if it is not 0 but the deviation is.
double scaled(double difference, double deviation) {
  if (deviation > 0) return difference / deviation;
  if (difference == 0) return 0;
  return std::copysign(std::numeric_limits<double>::infinity(), difference);
}

}  // namespace

EquivalenceTest paired_equivalence(std::span<const double> a, std::span<const double> b,
                                   double margin, double level) {
  std::vector<double> differences(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) differences[i] = b[i] - a[i];
  const auto n = static_cast<double>(a.size());
  const double deviation = std::sqrt((variance_of(a) + variance_of(b)) / 2);
  const double error = std::sqrt(variance_of(differences) / n);
  const double difference = scaled(mean_of(differences), deviation);
  return test_equivalence(difference,
                          deviation > 0 ? standard_error(difference, error / deviation, n - 1) : 0,
                          n - 1, margin, level);
}

EquivalenceTest welch_equivalence(std::span<const double> a, std::span<const double> b,
                                  double margin, double level) {
  const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  const double of_a = variance_of(a), of_b = variance_of(b);
  const double deviation = std::sqrt(((n - 1) * of_a + (m - 1) * of_b) / (n + m - 2));
  const double squared = of_a / n + of_b / m;
  // degrees of freedom of Welch and Satterthwaite
  const double degrees =
      squared * squared / (of_a * of_a / (n * n * (n - 1)) + of_b * of_b / (m * m * (m - 1)));
  const double difference = scaled(mean_of(b) - mean_of(a), deviation);
  return test_equivalence(
      difference,
      deviation > 0 ? standard_error(difference, std::sqrt(squared) / deviation, n + m - 2) : 0,
      degrees, margin, level);
}

}  // namespace reprise
