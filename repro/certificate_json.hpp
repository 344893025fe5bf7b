// A certificate as JSON (results/schema/certificate-1.json), and what two of them differ in.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "certificate.hpp"

namespace reprise::book {

// A document, a row a line. Numbers have 6 significant digits; what is not a number or infinite is
// null. Our runs' own figures are left out.
void write_json(std::ostream& out, const Certificate& certificate);

// Where the certificate differs from what write_json wrote to `file`, a line a difference: "imdb,
// edition 1, notebook, keras-2.0.8: p: found 0.02, expected 0.03". Numbers may differ by 1e-4 of
// their size, which is rounding. Throws Error if the file is no certificate.
std::vector<std::string> differences_from(const std::filesystem::path& file,
                                          const Certificate& certificate);

}  // namespace reprise::book
