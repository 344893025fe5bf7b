#include "bench/compare/duration.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "reprise/core/error.hpp"

namespace reprise::compare {

namespace {

// Removes a number without a sign from the front of `text` and returns it, or NaN if there is none.
double take_number(std::string_view& text) {
  if (text.starts_with('-')) return std::nan("");
  double value = std::nan("");
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{}) return std::nan("");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// The same for a unit, in seconds.
double take_unit(std::string_view& text) {
  for (const auto& [name, seconds] :
       {std::pair("ms", 1e-3), std::pair("s", 1.0), std::pair("m", 60.0), std::pair("h", 3600.0)}) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(std::string_view(name).size());
    return seconds;
  }
  return std::nan("");
}

}  // namespace

double parse_duration(const std::string& text, const std::string& flag) {
  std::string_view rest = text;
  double seconds = 0;
  do {
    const double number = take_number(rest);
    seconds += number * take_unit(rest);
  } while (!rest.empty() && std::isfinite(seconds));
  if (std::isfinite(seconds) && seconds > 0 && seconds <= 30 * 86400.0) return seconds;
  throw Error(
      fmt::format("{}: found '{}', expected a duration such as 20s, 3m or 1m30s, "
                  "above 0, at most 720h",
                  flag, printable(text)));
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long>(std::ceil(std::min(std::max(seconds, 0.0), 1e9)));
  if (whole >= 3600) {
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

double parse_fraction(const std::string& text, const std::string& flag) {
  std::string_view rest = text;
  double value = take_number(rest);
  if (rest == "%") {
    value /= 100;
    rest = {};
  }
  if (rest.empty() && value > 0 && value < 1) return value;
  throw Error(
      fmt::format("{}: found '{}', expected a fraction such as 5% or 0.05, above 0 and below 100%",
                  flag, printable(text)));
}

}  // namespace reprise::compare
