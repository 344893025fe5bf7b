// The accumulator type and the order of sums. The order that Keras used is not known (a GPU's
// reductions, Eigen's blocks). It need not be: digits on which several orders agree are determined
// by the algorithm and not by rounding.
#pragma once

#include <cstddef>
#include <string_view>

namespace reprise::replay {

// All values are float32 except the accumulators of sums. The terms of a sum are added in ascending
// or in descending order of their index.
struct Arithmetic {
  std::string_view name;
  bool wide = true;         // double accumulators
  bool descending = false;  // adds the last term first
};

// The arithmetic of every replay. Its digits are pinned by tests; --variants only adds the others.
inline constexpr Arithmetic kPinned{"double accumulators", true, false};

inline constexpr Arithmetic kVariants[] = {
    {"double accumulators, descending", true, true},
    {"float32 accumulators", false, false},
    {"float32 accumulators, descending", false, true},
};

// The same choice as a template argument; A is the accumulator type.
template <class A, bool Descending>
struct Sums {
  using Accumulator = A;

  // Calls term(i) for every i < n, in the order of the sum.
  template <class Term>
  [[gnu::always_inline]] static inline void each(std::size_t n, Term&& term) {
    if constexpr (Descending) {
      for (std::size_t i = n; i-- > 0;) term(i);
    } else {
      for (std::size_t i = 0; i < n; ++i) term(i);
    }
  }
  // Returns the sum of values(i) over i < n.
  template <class Values>
  static A of(std::size_t n, Values&& values) {
    A sum = 0;
    each(n, [&](std::size_t i) { sum += values(i); });
    return sum;
  }
};

}  // namespace reprise::replay
