// A certificate for who reads it: a table for the terminal, a page of Markdown.
#pragma once

#include <filesystem>
#include <ostream>

#include "repro/certificate/certificate.hpp"

namespace reprise::book {

// Headlines, a line a printed log with both semantics beside each other, then what is behind the
// verdicts.
void print_certificate(std::ostream& out, const Certificate& certificate);

// With `--figures`: where each printed number lies among ours.
void print_quantities(std::ostream& out, const Certificate& certificate);

// The same as a page, with the pictures that lie beside it in `folder`.
void write_page(std::ostream& out, const Certificate& certificate,
                const std::filesystem::path& folder);

}  // namespace reprise::book
