// Shows a certificate: tables for the terminal and a page in Markdown.
#pragma once

#include <filesystem>
#include <ostream>

#include "repro/certificate/certificate.hpp"

namespace reprise::book {

// Prints the summaries, one line per printed log with the semantics side by side, and the reasons.
void print_certificate(std::ostream& out, const Certificate& certificate);

// Prints every printed number beside the same number of our runs (--quantities).
void print_quantities(std::ostream& out, const Certificate& certificate);

// Writes the certificate as a page, with the pictures that exist in `directory`.
void write_page(std::ostream& out, const Certificate& certificate,
                const std::filesystem::path& directory);

}  // namespace reprise::book
