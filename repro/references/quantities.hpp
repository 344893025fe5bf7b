// The few figures by which a run is known, from anything of the shape of a run: our records,
// Keras's stored runs, the book's logs.
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
  std::optional<int> epoch;  // from 1, where it was reached
  std::string text() const;  // "0.2735 (4)"
};

// From "results", the first fit's "history" and the first entry of "evaluate"; what is not there,
// or null, is left out.
std::vector<Quantity> quantities_of(const nlohmann::json& run);

// Of two figures; what a network that diverged comes to, not a number, is lower than none.
bool is_lower(double a, double b);

std::optional<Quantity> find_quantity(const std::vector<Quantity>& figures, std::string_view key);

}  // namespace reprise::book
