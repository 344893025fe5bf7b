// How sums are taken. Keras's own order is not known (a GPU's reductions, Eigen's blocks), and need
// not be: digits that several orders agree on are the recipe's, not the rounding's.
#pragma once

#include <cstddef>
#include <string_view>

namespace reprise::replay {

// Everything is float32 but the accumulators of sums; the terms of a sum come in ascending or in
// descending order.
struct Arithmetic {
  std::string_view name;
  bool wide = true;         // accumulators are double
  bool descending = false;  // the last term first
};

// What every replay computes with; its digits never move, and --variants only adds the others.
inline constexpr Arithmetic kPinned{"double accumulators", true, false};

inline constexpr Arithmetic kVariants[] = {
    {"double accumulators, descending", true, true},
    {"float32 accumulators", false, false},
    {"float32 accumulators, descending", false, true},
};

// The same for templates: A is the accumulators' type.
template <class A, bool Descending>
struct Sums {
  using Accumulator = A;

  // Calls term(i) for each i below n in the order of the sum.
  template <class Term>
  [[gnu::always_inline]] static inline void each(std::size_t n, Term&& term) {
    if constexpr (Descending) {
      for (std::size_t i = n; i-- > 0;) term(i);
    } else {
      for (std::size_t i = 0; i < n; ++i) term(i);
    }
  }
  // The sum of values(i), i < n.
  template <class Values>
  static A of(std::size_t n, Values&& values) {
    A sum = 0;
    each(n, [&](std::size_t i) { sum += values(i); });
    return sum;
  }
};

}  // namespace reprise::replay
