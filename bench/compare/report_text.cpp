#include "bench/compare/report_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace reprise::compare {

std::string ratio_text(double ratio) {
  if (!std::isfinite(ratio)) return ratio > 0 ? "inf" : "?";
  if (ratio < 0.1) return fmt::format("{:.2g}", ratio);
  return ratio >= 100 ? fmt::format("{:.0f}", ratio) : fmt::format("{:.3f}", ratio);
}

std::string interval_text(double low, double high) {
  return fmt::format("[{}, {}]", ratio_text(low), ratio_text(high));
}

std::string percent(double fraction) {
  return std::isfinite(fraction) ? fmt::format("{:.0f} %", std::ceil(100 * fraction)) : "none";
}

std::string cell_text(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

std::size_t name_width(const std::vector<std::string>& names) {
  std::size_t width = std::string_view("benchmark").size();
  for (const std::string& name : names) width = std::max(width, name.size());
  return width;
}

VerdictTexts::VerdictTexts(const Verdict& v) : verdict(name_of(v.label)) {
  if (v.label == Label::failed) {
    verdict += ": " + v.error;
  } else {
    ratio = ratio_text(v.ratio);
    interval = interval_text(v.low, v.high);
    p = fmt::format("{:.2g}", v.adjusted_p);
  }
  if (v.bits_vary) {
    verdict += ", bits vary";
  } else if (v.different_bits) {
    verdict += ", different bits";
  }
}

std::string VerdictTexts::cells() const {
  return fmt::format("| {} | {} | {} | {} |", ratio, interval, p, cell_text(verdict));
}

std::string finding_line(const std::string& b, const std::string& a,
                         const std::vector<Verdict>& verdicts) {
  std::vector<std::string> parts;
  for (const auto& [label, text] :
       {std::pair(Label::regression, "slower"), std::pair(Label::improvement, "faster"),
        std::pair(Label::unchanged, "unchanged"), std::pair(Label::insufficient_data, "undecided"),
        std::pair(Label::failed, "failed")}) {
    const auto count = std::ranges::count(verdicts, label, &Verdict::label);
    if (count > 0) parts.push_back(fmt::format("{} in {}", text, count));
  }
  return fmt::format("{} compared with {}: {} of {} benchmarks.", b, a, fmt::join(parts, ", "),
                     verdicts.size());
}

std::string confidence_line(double level) {
  return fmt::format(
      "The chance that any unchanged benchmark is called slower or faster is at most {:.2g} %.",
      100 * level);
}

}  // namespace reprise::compare
