// How the reports of comparisons and gates write numbers and names.
#pragma once

#include <string>

namespace reprise::compare {

// Identical instructions that stood 16 bytes further on were called 6 % slower
// (docs/comparison.md), so every report of a slowdown says this.
inline constexpr const char* kMovedCodeAdvice =
    "Code that only moved can be slower too: build both with -falign-functions=64 and compare "
    "again.";

// "1.023", "0.05", "123"; "-" if it is not finite.
std::string ratio_text(double ratio);

// "[0.987, 1.020]"; "any" if the data do not limit the ratio.
std::string interval_text(double low, double high);

// Rounded up: "5 %"; "none" if infinite.
std::string percent(double fraction);

// `text` as a cell of a Markdown table, in which "Parser<int>" keeps its "<int>". For text that
// nobody made to do harm: it may contain other markup.
std::string cell_text(const std::string& text);

}  // namespace reprise::compare
