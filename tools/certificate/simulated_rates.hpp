// Measures how often the statistical tests behind a certificate are right on simulated numbers.
#pragma once

namespace reprise::book {

// Prints a table in Markdown and returns whether all rates keep their bounds. The draws are the
// same on every machine.
bool print_simulated_rates();

}  // namespace reprise::book
