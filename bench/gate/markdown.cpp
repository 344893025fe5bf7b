#include <fmt/format.h>

#include <algorithm>

#include "bench/compare/benchmark_name.hpp"
#include "bench/gate/markdown_text.hpp"
#include "bench/gate/report.hpp"
#include "bench/gate/sentences.hpp"

namespace reprise::gate {

namespace {

constexpr const char* kMarker = "<!-- reprise gate -->\n";
constexpr std::size_t kNames = 3;  // in each list of the verdict

struct Table {
  std::string begin{}, end{};
  std::vector<std::string> rows{};

  std::string text(std::size_t kept) const {
    if (kept == 0) return "";
    std::string out = begin;
    for (std::size_t i = 0; i < kept; ++i) out += rows[i];
    return out + end;
  }
};

struct Parts {
  std::string verdict, shortest_verdict;  // the second one has no names
  std::string lines;                      // how it was measured
  Table attention, others;
  std::string closing, command;

  std::size_t rows() const { return attention.rows.size() + others.rows.size(); }
};

Table attention_table(const GateResult& result, const std::vector<std::string>& names) {
  Table table{.begin =
                  "\n| benchmark | verdict | ratio | interval | p (Holm) | BASE | HEAD | why |\n"
                  "|---|---|---:|---|---:|---:|---:|---|\n"};
  const Shown shown = shown_in_markdown();
  for (const std::size_t i : rows_that_need_attention(result)) {
    const RowTexts t(result.rows[i], shown);
    table.rows.push_back(fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n",
                                     code_text(names[i]), t.verdict, t.ratio, t.interval, t.p,
                                     t.base, t.head, t.note));
  }
  return table;
}

Table others_table(const GateResult& result, const std::vector<std::string>& names) {
  Table table;
  const Shown shown = shown_in_markdown();
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    if (needs_attention(result.rows[i])) continue;
    const RowTexts t(result.rows[i], shown);
    table.rows.push_back(fmt::format("| {} | {} | {} | {} | {} |\n", code_text(names[i]), t.ratio,
                                     t.interval, t.base, t.head));
  }
  // without an empty line after the HTML it would swallow the table
  table.begin = fmt::format(
      "\n<details>\n<summary>{} benchmark{} not slower by more than {}</summary>\n\n"
      "| benchmark | ratio | interval | BASE | HEAD |\n|---|---:|---|---:|---:|\n",
      table.rows.size(), table.rows.size() == 1 ? " is" : "s are",
      change_text(result.options.margin));
  table.end = "\n</details>\n";
  return table;
}

Parts parts_of(const GateResult& result, const std::string& command) {
  const Shown shown = shown_in_markdown();
  std::vector<std::string> names;
  for (const Row& row : result.rows) names.push_back(row.benchmark);
  names = compare::readable_names(names);
  Parts parts{.verdict = "**" + verdict_sentence(result, shown, kNames) + "**\n",
              .shortest_verdict = "**" + verdict_sentence(result, shown, 0) + "**\n",
              .lines = "\n" + control_sentence(result) + "\n\n",
              .attention = attention_table(result, names),
              .others = others_table(result, names),
              .closing = {},
              .command = "\nThis command repeats it:\n\n" + code_block(command)};
  for (const std::string& line : measured_sentences(result, shown)) {
    parts.lines += "- " + line + "\n";
  }
  for (const std::string& line : warning_sentences(result, shown)) {
    parts.lines += "- " + line + "\n";
  }
  for (const std::string& line : closing_sentences(result, shown)) {
    parts.closing += "\n" + line + "\n";
  }
  return parts;
}

std::string cut_sentence(std::size_t cut, std::size_t most) {
  return fmt::format(
      "\nThe row{} of {} benchmark{} {} cut, because this text may have at most {} bytes.\n",
      cut == 1 ? "" : "s", cut, cut == 1 ? "" : "s", cut == 1 ? "is" : "are", most);
}

// The whole text with the first `kept` rows.
std::string with_rows(const Parts& parts, std::size_t kept, std::size_t most) {
  const std::size_t first = std::min(kept, parts.attention.rows.size());
  return kMarker + parts.verdict + parts.lines + parts.attention.text(first) +
         parts.others.text(kept - first) +
         (kept < parts.rows() ? cut_sentence(parts.rows() - kept, most) : "") + parts.closing +
         parts.command;
}

}  // namespace

std::string markdown(const GateResult& result, const std::string& command, std::size_t most) {
  const Parts parts = parts_of(result, command);
  std::string text = with_rows(parts, parts.rows(), most);
  if (text.size() <= most) return text;
  // The text grows with every row, so the most rows that fit are found by halving.
  std::size_t fits = 0, too_many = parts.rows();
  while (fits + 1 < too_many) {
    const std::size_t middle = fits + (too_many - fits) / 2;
    (with_rows(parts, middle, most).size() <= most ? fits : too_many) = middle;
  }
  const std::string cut = parts.rows() > 0 ? cut_sentence(parts.rows(), most) : "";
  for (const std::string& shorter :
       {with_rows(parts, fits, most), kMarker + parts.verdict + cut + parts.command,
        kMarker + parts.verdict + cut, kMarker + parts.shortest_verdict + cut,
        kMarker + parts.shortest_verdict, std::string(kMarker)}) {
    if (shorter.size() <= most) return shorter;
  }
  return "";
}

}  // namespace reprise::gate
