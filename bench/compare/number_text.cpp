#include "bench/compare/number_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace reprise::compare {

std::string ratio_text(double ratio) {
  if (!std::isfinite(ratio)) return "-";
  if (ratio < 0.1) return fmt::format("{:.2g}", ratio);
  return ratio >= 100 ? fmt::format("{:.0f}", ratio) : fmt::format("{:.3f}", ratio);
}

std::string interval_text(double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high)) return "any";
  return fmt::format("[{}, {}]", ratio_text(low), ratio_text(high));
}

std::string percent(double fraction) {
  return std::isfinite(fraction) ? fmt::format("{:.0f} %", std::ceil(100 * fraction)) : "none";
}

std::string cell_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace reprise::compare
