// Looks among all stored runs of a section for those whose settings would explain a reader's
// numbers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "repro/certificate/printed.hpp"
#include "repro/own_result/own_result.hpp"
#include "repro/own_result/sample.hpp"

namespace reprise::book {

// Other runs among which the reader's numbers are ordinary.
struct Explanation {
  std::string what;  // "epochs 8 instead of 9", "keras-2.0.8 instead of keras-3.15"
  std::size_t changes = 0, runs = 0;
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

// The explanations with the fewest changes, at most 5. `tried` is increased by the number of groups
// that were compared.
std::vector<Explanation> explain(const Setting& asked, const std::vector<OwnNumber>& numbers,
                                 const std::filesystem::path& results, std::size_t& tried);

// The name of a printed number as number_of takes it.
std::string name_in_log(const PrintedQuantity& quantity, const StoredRuns& stored);

}  // namespace reprise::book
