// The few quantities that characterise a run, computed from our records, from the stored runs of
// Keras and from the logs of the book.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/record/run_record.hpp"

namespace reprise::book {

struct Quantity {
  std::string key;    // "min_val_loss"
  std::string label;  // "lowest val_loss (epoch)"
  double value = 0;
  std::optional<int> epoch = {};  // in which it was reached, from 1
  bool no_epoch = false;          // the run diverged: no epoch is its best
  std::string text() const;       // "0.2735 (4)", "nan (none)"
};

// Uses `results`, the `history` of a single fit and a single entry of `evaluate`. `experiment`
// tells whether the metric of a log without a history is the MAE.
std::vector<Quantity> quantities_of(const RunResults& run, std::string_view experiment);

// Orders two values; NaN, the value of a network that diverged, comes last.
bool is_lower(double a, double b);

std::optional<Quantity> find_quantity(const std::vector<Quantity>& quantities,
                                      std::string_view key);

// "diverged in epoch 3: its losses are not finite numbers, so that no epoch is its best", or "".
std::string divergence_sentence(const RunResults& run);

}  // namespace reprise::book
