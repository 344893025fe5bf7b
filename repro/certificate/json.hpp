// A certificate as JSON (results/schema/certificate-1.json), and what two of them differ in.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "repro/certificate/certificate.hpp"

namespace reprise::book {

// A document, a row a line. Numbers have 6 significant digits; what is not a number or infinite is
// null. Our runs' own figures are left out.
void write_json(std::ostream& out, const Certificate& certificate);

// What write_json wrote before.
class Expected {
 public:
  // Throws Error if the file is no certificate or has a row twice.
  explicit Expected(const std::filesystem::path& file);

  // Where the certificate differs from it, a line a difference: "imdb, edition 1, notebook,
  // keras-2.0.8: p: found 0.02, expected 0.03". Everything counts but the program's version;
  // numbers may differ by 1e-4 of their size, which is rounding.
  std::vector<std::string> differences(const Certificate& certificate) const;

 private:
  nlohmann::ordered_json head_;
  std::map<std::string, nlohmann::ordered_json> rows_;  // by their names
};

}  // namespace reprise::book
