// Looks among all stored runs of a section for those whose settings would explain a reader's
// numbers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "repro/own_result/own_result.hpp"
#include "repro/own_result/sample.hpp"

namespace reprise::book {

// Other runs among which the reader's numbers are ordinary.
struct Explanation {
  std::string what;  // "8 epochs instead of 9", "the formulas of keras-2.0.8 instead of keras-3.15"
  std::size_t changes = 0, runs = 0;
  bool is_other_experiment = false;
  double p = 0;
  Place place;  // of the first number
};

// What tells one group of stored runs from another.
struct Setting {
  std::string experiment;
  int edition = 1;
  std::string semantics;
  std::size_t epochs = 0;
};

// The explanations with the fewest changes, at most 5; another version, edition or number of epochs
// comes before another experiment. `tried` is increased by the number of groups
// that were compared.
std::vector<Explanation> explain(const Setting& asked, const std::vector<OwnNumber>& numbers,
                                 const std::filesystem::path& results, std::size_t& tried);

}  // namespace reprise::book
