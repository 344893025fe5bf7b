#include "repro/training_log/progress_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "reprise/core/error.hpp"

namespace reprise::training_log {

namespace {

using Values = std::vector<std::pair<std::string, PrintedValue>>;

// The text without terminal control: colours are left out, and a bar that is printed over itself
// with \r or \b becomes a line for each state.
std::vector<std::string> plain_lines(std::string_view text) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\x1b' && i + 1 < text.size() && text[i + 1] == '[') {
      i += 2;
      while (i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])) == 0) ++i;
    } else if (c == '\n' || c == '\r' || c == '\b') {
      if (!lines.back().empty()) lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

// "epoch" in "Epoch 3/20"; empty for other lines.
std::optional<int> epoch_of(std::string_view line) {
  if (!line.starts_with("Epoch ")) return {};
  line.remove_prefix(6);
  int epoch = 0;
  std::size_t digits = 0;
  while (digits < line.size() && digits < 7 &&
         std::isdigit(static_cast<unsigned char>(line[digits])) != 0) {
    epoch = 10 * epoch + (line[digits++] - '0');
  }
  if (digits == 0 || digits == line.size() || line[digits] != '/') return {};
  return epoch;
}

// The values of " - loss: 0.5084 - acc: 0.7813"; none for lines without a loss.
Values values_of(std::string_view line) {
  Values values;
  for (std::size_t at = line.find(" - "); at != line.npos; at = line.find(" - ", at)) {
    at += 3;
    const std::string_view part = line.substr(at, line.find(" - ", at) - at);
    const std::size_t colon = part.find(": ");
    if (colon == part.npos) continue;
    std::string_view number = part.substr(colon + 2);
    number = number.substr(0, number.find_first_of(" \t"));
    if (const auto value = printed_value(number)) {
      values.emplace_back(std::string(part.substr(0, colon)), *value);
    }
  }
  const bool has_loss =
      std::ranges::any_of(values, [](const auto& v) { return v.first == "loss"; });
  return has_loss ? values : Values{};
}

void add_epoch(TrainingLog& log, const Values& values, int epoch, const std::string& name) {
  if (values.empty()) {
    throw Error(fmt::format("{}: epoch {}: found no values, expected ' - loss: ...'", name, epoch));
  }
  const std::size_t before = log.history.empty() ? 0 : log.history.begin()->second.size();
  for (const auto& [key, value] : values) log.history[key].push_back(value);
  for (const auto& [key, column] : log.history) {
    if (column.size() == before + 1) continue;
    throw Error(fmt::format("{}: epoch {}: found {} values of {}, expected {} as of the others",
                            name, epoch, column.size(), printable(key), before + 1));
  }
}

}  // namespace

bool has_progress_lines(std::string_view text) { return text.find(" - loss: ") != text.npos; }

TrainingLog parse_progress_lines(std::string_view text, const std::string& name) {
  TrainingLog log;
  std::optional<int> epoch;
  Values latest;
  bool finished = false;  // the bar of the epoch has shown its last step
  const auto end_epoch = [&] {
    if (epoch) add_epoch(log, latest, *epoch, name);
    epoch.reset();
    latest.clear();
  };
  for (const std::string& line : plain_lines(text)) {
    if (const auto next = epoch_of(line)) {
      end_epoch();
      if (*next == 1 && !log.history.empty()) {
        throw Error(fmt::format("{}: found a second training, expected one", name));
      }
      epoch = next;
      finished = false;
      continue;
    }
    const Values values = values_of(line);
    if (values.empty()) continue;
    // "30/30 [====" is the last step of an epoch; a bar after it that begins again is an evaluation
    const std::string_view bar(line);
    const std::size_t slash = bar.find('/');
    const auto left = bar.substr(0, slash);
    const auto right = slash == bar.npos ? bar.substr(0, 0)
                                         : bar.substr(slash + 1, bar.find(' ', slash) - slash - 1);
    const bool has_bar = slash != bar.npos && slash < 12 && !left.empty() &&
                         std::ranges::all_of(left, [](unsigned char c) { return std::isdigit(c); });
    const bool is_last = !has_bar || left == right;
    const bool validated = std::ranges::any_of(
        values, [](const auto& value) { return value.first.starts_with("val_"); });
    if (epoch && (!finished || validated)) {
      latest = values;
      finished = is_last;
    } else if (is_last) {
      end_epoch();
      auto& evaluation = log.evaluations.emplace_back();
      for (const auto& [key, value] : values) evaluation[key] = value;
    }
  }
  end_epoch();
  return log;
}

}  // namespace reprise::training_log
