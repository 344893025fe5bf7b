// The control kernel: work that stays what it is.
//
// FROZEN. Neither this file nor control.cpp is ever changed, and both are compiled with flags of
// their own (CMakeLists.txt): a row's time divided by the control's in the same rounds relates
// results of different days and machines. tests/bench/control_test.cpp knows the files' checksums;
// whoever needs another control adds frozen_2 beside this one.
#pragma once

#include <cstdint>

namespace reprise::bench {

// 4096 steps of four xorshift64* generators, whose words are folded into four chains of double
// multiply-adds; everything stays in registers. Returns 64 bits that depend on all steps.
std::uint64_t control_frozen_1(std::uint64_t seed);

// control_frozen_1(1), on every machine.
inline constexpr std::uint64_t kControlFrozen1 = 0xb453982bd1ddc956u;

}  // namespace reprise::bench
