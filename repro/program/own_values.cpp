#include "repro/program/own_values.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "cli/flag_types.hpp"
#include "reprise/core/error.hpp"
#include "reprise/nn/optimizer_text.hpp"

namespace reprise::book {

namespace {

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

Error unexpected(const std::string& flag, const std::string& text, const char* expected) {
  return Error(fmt::format("{}: found '{}', expected {}", flag, printable(text), expected));
}

}  // namespace

Optimizer parse_optimizer(const std::string& text, const std::string& flag) {
  try {
    return optimizer_from(text);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", flag, error.what()));
  }
}

double parse_real(const std::string& text, const std::string& flag) {
  if (const auto value = number_in(text)) return *value;
  throw unexpected(flag, text, "a number such as 0.01");
}

std::vector<std::size_t> parse_units(const std::string& text, const std::string& flag) {
  if (text == "0") return {};
  std::vector<std::size_t> units;
  for (const std::string& part : cli::split_list(text)) {
    const auto count = cli::parse_whole(part, 1, 1000000);
    if (!count) {
      throw unexpected(flag, text, "a number from 1 to 1000000 for each hidden layer, as in 32,32");
    }
    units.push_back(static_cast<std::size_t>(*count));
  }
  return units;
}

double parse_split(const std::string& text, const std::string& flag) {
  const auto value = number_in(text);
  if (value && *value > 0 && *value < 1) return *value;
  throw unexpected(flag, text, "a number above 0 and below 1");
}

}  // namespace reprise::book
