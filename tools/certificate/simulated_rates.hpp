// How often the tests behind a certificate are right on made-up numbers.
#pragma once

namespace reprise::book {

// Prints a table of Markdown; the draws are the same on every machine. Whether all rates keep their
// bounds.
bool print_simulated_rates();

}  // namespace reprise::book
