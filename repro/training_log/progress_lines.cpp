#include "repro/training_log/progress_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
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

// The two numbers of "3/20" at the start of the text, which may be padded with blanks; empty for
// other texts.
struct Fraction {
  int part = 0, whole = 0;
};
std::optional<Fraction> fraction_at_start(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  text.remove_prefix(first);
  Fraction fraction;
  const char* const end = text.data() + text.size();
  const auto [slash, error] = std::from_chars(text.data(), end, fraction.part);
  if (error != std::errc{} || slash == end || *slash != '/') return {};
  const auto [rest, other_error] = std::from_chars(slash + 1, end, fraction.whole);
  if (other_error != std::errc{} || (rest != end && *rest != ' ' && *rest != ':')) return {};
  return fraction;
}

// Epoch 3 of 20 in "Epoch 3/20"; empty for other lines.
std::optional<Fraction> epoch_of(std::string_view line) {
  constexpr std::string_view kStart = "Epoch ";
  if (!line.starts_with(kStart)) return {};
  return fraction_at_start(line.substr(kStart.size()));
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

// Reads the lines one after another.
class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  void read(const std::string& line) {
    if (const auto epoch = epoch_of(line)) return begin_epoch(*epoch);
    Bar bar{fraction_at_start(line), values_of(line)};
    if (bar.values.empty()) return;
    if (epoch_ && (!latest_.is_last() || bar.is_redrawn(latest_) || bar.is_validated())) {
      latest_ = std::move(bar);
    } else if (bar.is_last() && !bar.is_redrawn(latest_)) {
      end_epoch();
      auto& evaluation = log_.evaluations.emplace_back();
      for (const auto& [key, value] : bar.values) evaluation[key] = value;
      latest_ = std::move(bar);
    }
  }

  TrainingLog end() {
    end_epoch();
    return std::move(log_);
  }

 private:
  // One state of a progress bar: "30/49 [==>] - 2s - loss: 0.5". With verbose=2 of Keras 2 there is
  // only the last state, without a step.
  struct Bar {
    std::optional<Fraction> step{};
    Values values{};

    bool is_last() const { return !values.empty() && (!step || step->part == step->whole); }
    // Keras prints the last state twice.
    bool is_redrawn(const Bar& before) const {
      const auto known = [&](const auto& value) {
        return std::ranges::any_of(before.values, [&](const auto& other) {
          return other.first == value.first && other.second.value == value.second.value;
        });
      };
      return step && before.step && is_last() && before.step->whole == step->whole &&
             std::ranges::count_if(values, known) ==
                 static_cast<std::ptrdiff_t>(before.values.size());
    }
    bool is_validated() const {
      return std::ranges::any_of(values,
                                 [](const auto& value) { return value.first.starts_with("val_"); });
    }
  };

  void begin_epoch(const Fraction& epoch) {
    end_epoch();
    if (epoch.part == 1 && !log_.history.empty()) {
      throw Error(fmt::format("{}: found a second training, expected one", name_));
    }
    if (epoch.part != last_epoch_ + 1) {
      throw Error(
          fmt::format("{}: found epoch {}, expected {}", name_, epoch.part, last_epoch_ + 1));
    }
    epoch_ = last_epoch_ = epoch.part;
    log_.announced_epochs = static_cast<std::size_t>(epoch.whole);
  }

  void end_epoch() {
    if (!epoch_) return;
    if (!latest_.values.empty() && !latest_.is_last()) {
      throw Error(fmt::format("{}: epoch {}: found step {} of {}, expected a whole epoch", name_,
                              *epoch_, latest_.step->part, latest_.step->whole));
    }
    add_epoch(log_, latest_.values, *epoch_, name_);
    epoch_.reset();
    latest_ = {};
  }

  const std::string& name_;
  TrainingLog log_;
  std::optional<int> epoch_;  // that is being read
  int last_epoch_ = 0;
  Bar latest_;  // of the epoch, or of the last evaluation
};

}  // namespace

bool has_progress_lines(std::string_view text) { return text.find(" - loss: ") != text.npos; }

TrainingLog parse_progress_lines(std::string_view text, const std::string& name) {
  Reader reader(name);
  for (const std::string& line : plain_lines(text)) reader.read(line);
  return reader.end();
}

}  // namespace reprise::training_log
