#include "tools/certificate/simulated_rates.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "reprise/stats/distance.hpp"
#include "reprise/stats/equivalence.hpp"
#include "reprise/stats/folding.hpp"
#include "reprise/stats/intervals.hpp"

namespace reprise::book {

namespace {

constexpr std::size_t kDraws = 1000;

using Sample = std::vector<double>;

// Random numbers that are the same everywhere: the standard fixes the output of its engines but not
// that of its distributions.
class Numbers {
 public:
  double uniform() { return (engine_() + 0.5) * 0x1p-32; }
  double logistic() {
    const double u = uniform();
    return std::log(u / (1 - u));
  }
  // The sum of twelve uniform numbers is nearly normal.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  Sample normals(std::size_t n, double mean = 0) {
    Sample values(n);
    for (double& x : values) x = mean + normal();
    return values;
  }

 private:
  std::mt19937 engine_{1};
};

// Returns p for a simulated book and `runs` simulated runs of 80 quantities. Each is an
// autoregressive walk with long tails, like the losses of consecutive epochs.
double p_of_a_walk(Numbers& numbers, std::size_t runs) {
  Matrix<double> pool(runs + 1, 80);
  for (std::size_t i = 0; i < pool.rows(); ++i) {
    double position = 0;
    for (std::size_t j = 0; j < pool.cols(); ++j) {
      position = 0.8 * position + numbers.logistic();
      pool(i, j) = position;
    }
  }
  return distance_p(pool, 0);
}

double p_of_folding(const FoldingTest& test, Sample sample, std::size_t apart) {
  for (std::size_t i = 0; i < apart; ++i) sample[i] += 8;
  return test.p(sample);
}

}  // namespace

bool print_simulated_rates() {
  Numbers numbers;
  const FoldingTest folding(100);
  const auto welch = [&](double difference, Equivalence verdict) {
    const Sample a = numbers.normals(100), b = numbers.normals(100, difference);
    return welch_equivalence(a, b, 0.5).verdict == verdict;
  };
  const auto paired = [&](double difference, Equivalence verdict) {
    const Sample a = numbers.normals(100);
    Sample b = a;
    for (double& x : b) x += difference + 0.5 * numbers.normal();
    return paired_equivalence(a, b, 0.5).verdict == verdict;
  };
  struct Row {
    const char *test, *data, *call;
    Bound bound;
    std::function<bool()> draw;
  };
  const Row rows[] = {
      {"rank of the distance", "a book like 40 runs of 80 quantities", "inconsistent",
       at_most(0.064), [&] { return p_of_a_walk(numbers, 40) <= 0.05; }},
      {"folding", "100 normal values", "two groups", at_most(0.064),
       [&] { return p_of_folding(folding, numbers.normals(100), 0) <= 0.05; }},
      {"folding", "100 values, 10 of them 8 sd higher", "two groups", at_least(0.9),
       [&] { return p_of_folding(folding, numbers.normals(100), 10) <= 0.05; }},
      {"equivalence, Welch", "100 against 100, means apart by the margin", "equivalent",
       at_most(0.064), [&] { return welch(0.5, Equivalence::equivalent); }},
      {"equivalence, Welch", "100 against 100, equal means", "equivalent", at_least(0.9),
       [&] { return welch(0, Equivalence::equivalent); }},
      {"equivalence, Welch", "100 against 100, means apart by twice the margin", "different",
       at_least(0.9), [&] { return welch(1, Equivalence::different); }},
      {"equivalence, pairs", "100 pairs, means apart by the margin", "equivalent", at_most(0.064),
       // the margin is in pooled standard deviations of a and b, whose variances are 1 and 1.25
       [&] { return paired(0.5 * std::sqrt(1.125), Equivalence::equivalent); }},
      {"equivalence, pairs", "100 pairs, equal means", "equivalent", at_least(0.9),
       [&] { return paired(0, Equivalence::equivalent); }},
  };
  bool kept = true;
  fmt::print(
      "| test | data | draws | called | rate | interval | required "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const Row& row : rows) {
    std::size_t hits = 0;
    for (std::size_t draw = 0; draw < kDraws; ++draw) hits += row.draw();
    const RateRow rate{hits, kDraws, row.bound};
    fmt::print("| {} | {} | {} | {} | {} |\n", row.test, row.data, kDraws, row.call, rate.cells());
    kept = kept && rate.is_kept();
  }
  return kept;
}

}  // namespace reprise::book
