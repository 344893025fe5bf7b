#include "bench/gate/report.hpp"

#include <fmt/format.h>

#include "bench/compare/benchmark_name.hpp"
#include "bench/gate/sentences.hpp"

namespace reprise::gate {

namespace {

std::vector<std::string> names_of(const GateResult& result) {
  std::vector<std::string> names;
  for (const Row& row : result.rows) names.push_back(row.benchmark);
  return compare::readable_names(names);
}

// Every benchmark that needs attention, with its name in a line of its own: names of benchmarks are
// long, and the numbers alone fill 80 columns.
void print_attention(std::ostream& out, const GateResult& result, const Shown& shown,
                     const std::vector<std::string>& names) {
  const std::vector<std::size_t> rows = rows_that_need_attention(result);
  if (rows.empty()) return;
  out << fmt::format("\nbenchmark\n  {:<14} {:>8} {:>17} {:>9} {:>10} {:>10}\n", "verdict", "ratio",
                     "interval", "p (Holm)", "BASE", "HEAD");
  for (const std::size_t i : rows) {
    const RowTexts texts(result.rows[i], shown);
    out << fmt::format("{}\n  {:<14} {:>8} {:>17} {:>9} {:>10} {:>10}\n", shown.name(names[i]),
                       texts.verdict, texts.ratio, texts.interval, texts.p, texts.base, texts.head);
    if (!texts.note.empty()) out << "  " << texts.note << '\n';
  }
}

void print_others(std::ostream& out, const GateResult& result, const Shown& shown,
                  const std::vector<std::string>& names) {
  bool first = true;
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    if (needs_attention(result.rows[i])) continue;
    if (first) {
      out << fmt::format("\nnot slower by more than {}\n{:>7} {:>15} {:>9} {:>9}  {}\n",
                         change_text(result.options.margin), "ratio", "interval", "BASE", "HEAD",
                         "benchmark");
    }
    first = false;
    const RowTexts texts(result.rows[i], shown);
    out << fmt::format("{:>7} {:>15} {:>9} {:>9}  {}\n", texts.ratio, texts.interval, texts.base,
                       texts.head, shown.name(names[i]));
  }
}

}  // namespace

void print(std::ostream& out, const GateResult& result) {
  const Shown shown = shown_in_terminal();
  out << verdict_sentence(result) << "\n\n";
  for (const std::string& line : measured_sentences(result, shown)) out << line << '\n';
  out << control_sentence(result) << '\n';
  for (const std::string& line : warning_sentences(result, shown)) out << line << '\n';
  const std::vector<std::string> names = names_of(result);
  print_attention(out, result, shown, names);
  print_others(out, result, shown, names);
  const std::vector<std::string> closing = closing_sentences(result, shown);
  if (!closing.empty()) out << '\n';
  for (const std::string& line : closing) out << line << '\n';
}

}  // namespace reprise::gate
