#include "repro/training_log/csv_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reprise/core/error.hpp"

namespace reprise::training_log {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text = end == text.npos ? "" : text.substr(end + 1);
  }
  return lines;
}

std::vector<std::string_view> cells_of(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t end = line.find(separator);
    cells.push_back(line.substr(0, end));
    if (end == line.npos) return cells;
    line.remove_prefix(end + 1);
  }
}

char separator_in(std::string_view header) {
  for (const char separator : {',', ';', '\t'}) {
    if (header.find(separator) != header.npos) return separator;
  }
  return '\0';
}

// A file that was cut within its last number has fewer digits there than in the lines above.
void require_whole_number(std::string_view column, const TrainingLog& log,
                          const std::string& name) {
  const auto found = log.history.find(std::string(column));
  if (found == log.history.end()) return;
  const auto& values = found->second;
  int most = 0;
  for (const PrintedValue& value : values) most = std::max(most, value.decimals);
  if (values.back().value && values.back().decimals + 2 >= most) return;
  throw Error(
      fmt::format("{}: found a last number with {} decimals and no line break after it, "
                  "expected a whole file, whose numbers have {}",
                  name, values.back().decimals, most));
}

}  // namespace

bool is_csv_log(std::string_view text) {
  const std::string_view header = lines_of(text).front();
  const char separator = separator_in(header);
  if (separator == '\0') return false;
  const auto cells = cells_of(header, separator);
  return std::ranges::find(cells, "epoch") != cells.end();
}

TrainingLog parse_csv_log(std::string_view text, const std::string& name) {
  const auto lines = lines_of(text);
  const char separator = separator_in(lines.front());
  const auto names = cells_of(lines.front(), separator);
  TrainingLog log;
  for (const std::string_view column : names) {
    if (std::ranges::count(names, column) == 1) continue;
    throw Error(fmt::format("{}: line 1: found column '{}' twice, expected each once", name,
                            printable(column)));
  }
  std::optional<double> epoch;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto where = [&] { return fmt::format("{}: line {}", name, i + 1); };
    if (lines[i].empty()) continue;
    const auto cells = cells_of(lines[i], separator);
    if (cells.size() != names.size()) {
      throw Error(fmt::format("{}: found {} values, expected {} as in the first line", where(),
                              cells.size(), names.size()));
    }
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const auto value = printed_value(cells[c]);
      // CSVLogger writes NA for what an epoch does not have
      if (!value && cells[c] != "NA" && !cells[c].empty()) {
        throw Error(fmt::format("{}: found '{}' in column {}, expected a number", where(),
                                printable(cells[c]), printable(names[c])));
      }
      if (names[c] != "epoch") {
        log.history[std::string(names[c])].push_back(value.value_or(PrintedValue{}));
        continue;
      }
      if (!value || (epoch && *value->value != *epoch + 1)) {
        throw Error(fmt::format("{}: found epoch {}, expected {}", where(), printable(cells[c]),
                                epoch ? fmt::format("{}", *epoch + 1) : "a number"));
      }
      epoch = value->value;
    }
  }
  if (!epoch) throw Error(fmt::format("{}: found no epochs, expected a line for each", name));
  if (!text.ends_with('\n')) require_whole_number(names.back(), log, name);
  return log;
}

}  // namespace reprise::training_log
