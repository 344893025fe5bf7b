#include "reprise/random/numpy_random.hpp"

#include <bit>
#include <numeric>

namespace reprise {

std::uint32_t NumpyRandom::interval(std::uint32_t max) {
  if (max == 0) return 0;
  const std::uint32_t mask = 0xffffffffu >> std::countl_zero(max);
  std::uint32_t draw = generator_.next() & mask;
  while (draw > max) draw = generator_.next() & mask;
  return draw;
}

std::vector<std::int32_t> NumpyRandom::permutation(std::size_t n) {
  std::vector<std::int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order));
  return order;
}

}  // namespace reprise
