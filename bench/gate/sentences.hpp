// What the reports of a gate share: their sentences, the cells of their tables, and which rows come
// first.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "bench/gate/result.hpp"

namespace reprise::gate {

// How a report writes a text of others (a name, a command, an error), so that the text cannot act
// as markup.
struct Shown {
  std::function<std::string(const std::string&)> name;   // of benchmarks, commands and refs
  std::function<std::string(const std::string&)> prose;  // messages
};
// For a terminal, which would obey control characters.
Shown shown_in_terminal();

// Names as a sentence has them, at most `most`: "a, b and 3 more"; "" if `most` is 0.
std::string list_text(const std::vector<std::string>& names, const Shown& shown, std::size_t most);

// verdict_sentence() of report.hpp with at most `most_names` names in each list.
std::string verdict_sentence(const GateResult& result, const Shown& shown, std::size_t most_names);
// How BASE compared with itself.
std::string control_sentence(const GateResult& result);
// The sides, the rounds and the time that they took.
std::vector<std::string> measured_sentences(const GateResult& result, const Shown& shown);
std::vector<std::string> warning_sentences(const GateResult& result, const Shown& shown);
// What has no row in the tables, and what "slower" means if anything is.
std::vector<std::string> closing_sentences(const GateResult& result, const Shown& shown);

// Whether a row belongs in the first table: it is not "not slower", or its bits are in doubt.
bool needs_attention(const Row& row);
// The numbers of these rows: those that make the gate fail first, then those that leave it
// undecided, then the others; otherwise in BASE's order.
std::vector<std::size_t> rows_that_need_attention(const GateResult& result);

// "1.023 [0.998, 1.041] times"; without the interval if the data do not limit it
std::string times_text(double ratio, double low, double high);
// "5 %", "0.3 %", "-1.2 %"
std::string change_text(double fraction);

// A row as cells of a table; "-" where it has no number.
struct RowTexts {
  RowTexts(const Row& row, const Shown& shown);
  std::string verdict, ratio = "-", interval = "-", p = "-", base, head;
  std::string note;  // why, what accepts it, and its bits; may be ""
};

}  // namespace reprise::gate
