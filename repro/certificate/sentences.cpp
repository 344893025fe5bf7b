#include "repro/certificate/sentences.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace reprise::book {

std::string p_text(double p) {
  return p < 0.0995 ? fmt::format("{:.4f}", p) : fmt::format("{:.2f}", p);
}

std::string effect_text(double shift) {
  if (std::isnan(shift)) return "-";
  return std::isinf(shift) ? fmt::format(">{:g}", kLargestShift) : fmt::format("{:.1f}", shift);
}

std::string percent(double share) { return fmt::format("{:.1f}", 100 * share); }

std::string name_of(const LogVerdict& row) {
  return fmt::format("{}, edition {}, {}, {}", row.experiment, row.edition, row.source,
                     row.semantics);
}

std::string headline(const Family& family) {
  return fmt::format(
      "{}: {} printed logs, {} consistent, {} inconsistent at {:g} %, {} underpowered; {} stay "
      "inconsistent under Holm's correction over all {}, which needs N >= {} (so many have {})",
      family.name, family.tests, family.consistent, family.inconsistent, 100 * kAlpha,
      family.underpowered, family.rejected, family.tests, family.needed, family.enough);
}

namespace {

constexpr double kOuter = 0.005;  // of a figure's place among ours, at either end

std::string outside(const LogVerdict& row) {
  std::vector<std::string> far;
  for (const QuantityComparison& place : row.quantities) {
    if (place.percentile > kOuter && place.percentile < 1 - kOuter) continue;
    far.push_back(fmt::format("{} {:g} ({} % of ours lie below; 5 to 95 %: {:.6g} to {:.6g})",
                              place.label, place.book, percent(place.percentile), place.low,
                              place.high));
  }
  if (far.empty()) return "";
  const std::size_t shown = std::min<std::size_t>(3, far.size());
  std::string text = fmt::format("{}", fmt::join(far.begin(), far.begin() + shown, "; "));
  if (row.quantities.size() == 1) return text;
  if (far.size() > shown) text += "; ...";
  // of N + 1 places so many are that far out, at both ends
  const auto n = static_cast<double>(row.runs);
  const double expected =
      static_cast<double>(row.quantities.size()) * 2 * (std::floor(kOuter * n) + 1) / (n + 1);
  return fmt::format("{} of {} numbers so far out, where a run of ours has {:.1f}: {}", far.size(),
                     row.quantities.size(), expected, text);
}

std::string weakness(const LogVerdict& row) {
  if (row.smallest_p > kAlpha) {
    return fmt::format("{} runs allow no p below {}; {} are asked for", row.runs,
                       p_text(row.smallest_p), kRecommendedRuns);
  }
  if (row.minimum_detectable_effect > kLargestShift) {
    return fmt::format(
        "no deviation of the median figure up to {:g} sd would have been found in 90 % of draws",
        kLargestShift);
  }
  return fmt::format(
      "a few of ours lie far out and make every sd large: by the spread of the middle half the "
      "deviation that would have been found is {:.1f}",
      row.minimum_detectable_effect_iqr);
}

std::string of_epochs(const LogVerdict& row) {
  if (std::isnan(row.p_without_epochs)) return "";
  if ((row.p <= kAlpha) == (row.p_without_epochs <= kAlpha)) return "";
  return fmt::format("without the epoch that was read off a curve by eye: p {}",
                     p_text(row.p_without_epochs));
}

}  // namespace

std::vector<std::string> reasons(const LogVerdict& row) {
  std::vector<std::string> words;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) words.push_back(text);
  };
  // of a few runs many figures lie outside by chance
  if (row.smallest_p <= kAlpha) add(outside(row));
  if (row.verdict == Verdict::underpowered) add(weakness(row));
  add(of_epochs(row));
  add(row.two_groups);
  for (const std::string& note : row.notes) add(note);
  return words;
}

}  // namespace reprise::book
