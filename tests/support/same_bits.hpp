// Assertions that values have the same bits: 0 and -0 differ, and NaN equals itself.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "reprise/core/matrix.hpp"

namespace reprise::testing {

template <class T>
void expect_same_bits(std::span<const T> got, std::span<const T> wanted, const std::string& what) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(std::bit_cast<Bits>(got[i]), std::bit_cast<Bits>(wanted[i]))
        << what << ", element " << i << ": " << got[i] << ", expected " << wanted[i];
  }
}
template <class T>
void expect_same_bits(const Matrix<T>& got, const Matrix<T>& wanted, const std::string& what) {
  expect_same_bits(got.view().flat(), wanted.view().flat(), what);
}

}  // namespace reprise::testing
