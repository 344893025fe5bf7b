#include "reprise/stats/holm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reprise {

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const double step = p[order[k]] * static_cast<double>(p.size() - k);
    largest = std::max(largest, std::min(1.0, step));
    adjusted[order[k]] = largest;
  }
  return adjusted;
}

std::size_t runs_for_holm(std::size_t tests, double level) {
  // the subtraction keeps rounding errors from increasing an integer quotient
  const double needed = std::ceil(static_cast<double>(tests) / level - 1e-9) - 1;
  return needed < 1 ? 1 : static_cast<std::size_t>(needed);
}

}  // namespace reprise
