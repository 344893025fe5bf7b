// The few quantities that characterise a run, read from anything with the shape of a run: our
// records, Keras's stored runs, the logs of the book.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::book {

struct Quantity {
  std::string key;    // "min_val_loss"
  std::string label;  // "lowest val_loss (epoch)"
  double value = 0;
  std::optional<int> epoch;  // in which it was reached, from 1
  std::string text() const;  // "0.2735 (4)"
};

// Reads "results", the "history" of a single fit and a single entry of "evaluate". A quantity that
// is missing or null is left out.
std::vector<Quantity> quantities_of(const nlohmann::json& run);

// Orders two values; NaN, the value of a network that diverged, comes last.
bool is_lower(double a, double b);

std::optional<Quantity> find_quantity(const std::vector<Quantity>& quantities,
                                      std::string_view key);

}  // namespace reprise::book
