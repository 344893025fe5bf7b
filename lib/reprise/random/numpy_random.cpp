#include "reprise/random/numpy_random.hpp"

#include <bit>
#include <cmath>
#include <numeric>

namespace reprise {

std::uint32_t NumpyRandom::interval(std::uint32_t max) {
  if (max == 0) return 0;
  const std::uint32_t mask = 0xffffffffu >> std::countl_zero(max);
  std::uint32_t draw = generator_.next() & mask;
  while (draw > max) draw = generator_.next() & mask;
  return draw;
}

double NumpyRandom::standard_normal() {
  if (second_normal_) return *std::exchange(second_normal_, {});
  double x = 0, y = 0, square = 0;
  do {
    x = 2.0 * random() - 1.0;
    y = 2.0 * random() - 1.0;
    square = x * x + y * y;
  } while (square >= 1.0 || square == 0.0);
  const double factor = std::sqrt(-2.0 * std::log(square) / square);
  second_normal_ = factor * x;
  return factor * y;
}

std::vector<std::int32_t> NumpyRandom::permutation(std::size_t n) {
  std::vector<std::int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order));
  return order;
}

}  // namespace reprise
