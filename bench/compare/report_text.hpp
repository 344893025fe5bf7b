// Texts that the reports of programs and of result files share.
#pragma once

#include <string>
#include <vector>

#include "bench/compare/verdict.hpp"

namespace reprise::compare {

std::string ratio_text(double ratio);
std::string interval_text(double low, double high);  // "[0.987, 1.02]"
std::string percent(double fraction);                // rounded up: "5 %"; "none" if infinite
// `text` as a cell of a Markdown table.
std::string cell_text(const std::string& text);
// The width of the column of names.
std::size_t name_width(const std::vector<std::string>& names);

// A verdict as columns of a table; a failed one has no numbers.
struct VerdictTexts {
  explicit VerdictTexts(const Verdict& verdict);
  // "| 1.02 | [1.00, 1.04] | 0.3 | unchanged |"
  std::string cells() const;
  std::string ratio = "-", interval = "-", p = "-", verdict;
};

// "B compared with A: slower in 1, unchanged in 19 of 20 benchmarks."
std::string finding_line(const std::string& b, const std::string& a,
                         const std::vector<Verdict>& verdicts);
// How sure the findings are.
std::string confidence_line(double level);

}  // namespace reprise::compare
