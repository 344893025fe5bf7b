// Regularizers: penalties on weights or outputs, which are added to the loss
// (keras/src/regularizers/regularizers.py, Keras 3.15.1).
#pragma once

#include <span>
#include <string_view>
#include <variant>

namespace reprise {

namespace detail {

template <class T>
T sum_of_squares(std::span<const T> values) {
  T sum = 0;
  for (const T v : values) sum += v * v;
  return sum;
}
template <class T>
T sum_of_magnitudes(std::span<const T> values) {
  T sum = 0;
  for (const T v : values) sum += v < T(0) ? -v : v;
  return sum;
}
// JAX's derivative of |v|, which is 1 at 0
template <class T>
T slope_of_magnitude(T v) {
  return v >= T(0) ? T(1) : T(-1);
}

}  // namespace detail

// l1 sum |w|
struct L1 {
  static constexpr std::string_view name = "l1";
  double l1 = 0.01;
  template <class T>
  T penalty(std::span<const T> w) const {
    return static_cast<T>(l1) * detail::sum_of_magnitudes(w);
  }
  template <class T>
  T derivative(T w) const {
    return static_cast<T>(l1) * detail::slope_of_magnitude(w);
  }
};

// l2 sum w^2
struct L2 {
  static constexpr std::string_view name = "l2";
  double l2 = 0.01;
  template <class T>
  T penalty(std::span<const T> w) const {
    return static_cast<T>(l2) * detail::sum_of_squares(w);
  }
  template <class T>
  T derivative(T w) const {
    return static_cast<T>(l2) * (T(2) * w);
  }
};

struct L1L2 {
  static constexpr std::string_view name = "l1_l2";
  double l1 = 0.0;
  double l2 = 0.0;
  template <class T>
  T penalty(std::span<const T> w) const {
    return L1{l1}.penalty(w) + L2{l2}.penalty(w);
  }
  template <class T>
  T derivative(T w) const {
    return L1{l1}.derivative(w) + L2{l2}.derivative(w);
  }
};

// The list over which names, tests and help texts iterate.
using Regularizer = std::variant<L1, L2, L1L2>;

}  // namespace reprise
