// Sums of products, each product added with one rounding (fused multiply-add).
//
// That is how Eigen's matrix product adds for XLA:CPU, and which sums are fused decides bits that
// an unstable run makes visible: SGD on the Boston houses in float64 meets Keras in every digit so,
// and only to 1e-8 with two roundings.
#pragma once

#include <cmath>
#include <cstddef>

namespace reprise {

// Every `step`-th value from `first` on.
template <class T>
struct Strided {
  const T* first;
  std::ptrdiff_t step;
};

namespace detail {

// One loop, compiled twice: where the processor has the instruction it takes a tenth of the time of
// libm's function, which gives the same bits.
template <class T>
[[gnu::always_inline]] inline T add_products(Strided<T> a, Strided<T> b, std::size_t n) {
  T sum = 0;
  for (std::size_t k = 0; k < n; ++k) {
    sum = std::fma(*a.first, *b.first, sum);
    a.first += a.step;
    b.first += b.step;
  }
  return sum;
}
template <class T>
[[gnu::target("fma")]] T fused_dot_by_instruction(Strided<T> a, Strided<T> b, std::size_t n) {
  return add_products(a, b, n);
}

}  // namespace detail

// a[0] b[0] + a[1] b[1] + ... in this order.
template <class T>
T fused_dot(Strided<T> a, Strided<T> b, std::size_t n) {
  static const bool instruction = __builtin_cpu_supports("fma") > 0;
  return instruction ? detail::fused_dot_by_instruction(a, b, n) : detail::add_products(a, b, n);
}

// Lane k % 4 takes product k; (lane 0 + lane 2) + (lane 1 + lane 3).
template <class T>
T four_lane_dot(Strided<T> a, Strided<T> b, std::size_t n) {
  T lane[4] = {};
  for (std::size_t l = 0; l < 4 && l < n; ++l) {
    const auto offset = static_cast<std::ptrdiff_t>(l);
    lane[l] = fused_dot(Strided<T>{a.first + offset * a.step, 4 * a.step},
                        Strided<T>{b.first + offset * b.step, 4 * b.step}, (n - l + 3) / 4);
  }
  return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

}  // namespace reprise
