// Certificates as JSON (results/schema/certificate-2.json): writing, reading, comparing.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "repro/certificate/certificate.hpp"

namespace reprise::book {

// Writes a document with one verdict per line. Numbers have 6 significant digits; values that are
// not finite become null. The values of our single runs are left out.
void write_json(std::ostream& out, const Certificate& certificate);

// Reads a document of schema 1 or 2 and returns it in the form of schema 2. Throws Error if the
// file is not a certificate.
nlohmann::ordered_json read_document(const std::filesystem::path& file);

// Reads a certificate. Throws Error if the file is not a whole certificate.
Certificate read_certificate(const std::filesystem::path& file);

// A certificate that was written earlier, to compare a new one with.
class Expected {
 public:
  // Throws Error if the file is not a certificate or contains a log twice.
  explicit Expected(const std::filesystem::path& file);

  // Returns one line per difference: "imdb, edition 1, notebook, keras-2.0.8: p: found 0.02,
  // expected 0.03". All fields are compared except the version of the program. Numbers may differ
  // by 1e-4 of their size, because they are rounded.
  std::vector<std::string> differences(const Certificate& certificate) const;

 private:
  nlohmann::ordered_json head_;
  std::map<std::string, nlohmann::ordered_json> verdicts_;  // by the name of the log
};

}  // namespace reprise::book
