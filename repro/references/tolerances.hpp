// How much a run may differ from real Keras's run of the same seed: one table, which the check of a
// program (--check) and the tests against Keras share.
#pragma once

#include "reprise/record/run_record.hpp"

namespace reprise::book {

// The losses of a float32 epoch count as equal up to this relative difference. Measured: at most
// 1.1e-7 until rounding first flips a ReLU's sign.
inline constexpr double kFloat32Equal = 1e-5;
// float64 losses, relative. Measured: 6e-12 over 20 epochs of IMDB.
inline constexpr double kFloat64 = 1e-9;
// XLA has its own tanh, which differs from ours by 2e-8.
inline constexpr double kFloat64Tanh = 1e-6;
// The derivative of the l1 penalty jumps where a weight crosses 0.
inline constexpr double kFloat64L1 = 1e-4;
// Keras averages an MAE metric in float32. The stored runs agree to kFloat64StoredMae; other seeds
// and lengths are given more room.
inline constexpr double kFloat64StoredMae = 1e-7, kFloat64Mae = 1e-6;
// The evaluation after float64 training.
inline constexpr double kFloat64Evaluation = 1e-7;

struct Differences {
  double loss = 0;      // relative
  double accuracy = 0;  // absolute
  double mae = 0;       // relative
};

struct Tolerances {
  double equal_losses;     // losses that differ less, relatively, count as equal
  double smallest_scale;   // relative differences are taken relative to at least this value
  bool every_later_epoch;  // false: at least half of the later epochs must be within tolerance
  Differences first_epoch, later_epochs, evaluation;
};

Tolerances tolerances_for(const RunRecord& run);

}  // namespace reprise::book
