#include "repro/certificate/sentences.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace reprise::book {

std::string p_text(double p) {
  return p < 0.0995 ? fmt::format("{:.4f}", p) : fmt::format("{:.2f}", p);
}

std::string effect_text(double effect) {
  if (std::isnan(effect)) return "-";
  return std::isinf(effect) ? fmt::format(">{:g}", kLargestShift) : fmt::format("{:.1f}", effect);
}

std::string percent(double fraction) { return fmt::format("{:.1f}", 100 * fraction); }

std::string name_of(const LogVerdict& log) {
  return fmt::format("{}, edition {}, {}, {}", log.experiment, log.edition, log.source,
                     log.semantics);
}

std::string verdict_text(const LogVerdict& log) {
  return std::string(name_of(log.verdict)) + (log.sample.verified ? "" : ", unverified data");
}

std::string headline(const Family& family) {
  return fmt::format(
      "Semantics of {}: of {} printed logs, {} are consistent with our runs, {} inconsistent "
      "(p <= {:g} %) and {} underpowered; {} remain inconsistent under Holm's correction over all "
      "{}, which needs N >= {} to reject any ({} have so many)",
      family.name, family.tests, family.consistent, family.inconsistent, 100 * kAlpha,
      family.underpowered, family.rejected, family.tests, family.needed, family.enough);
}

const std::array<const char*, 6> kTableNotes{
    "numbers: how many numbers the log has.",
    "N: our runs, which differ only in their seeds.",
    "p: the fraction of the N + 1 runs, ours and the book's, that lie at least as far from the "
    "center as the book's.",
    "least p: the smallest p that N runs allow, 1 / (N + 1).",
    "sd: the smallest shift of a typical printed number, in standard deviations, that this test "
    "detects with 90 % power.",
    "extreme: at most 0.5 % of our runs lie below the printed number, or at most 0.5 % above it."};

namespace {

constexpr double kTail = 0.005;  // fraction of our runs at either end that counts as extreme

std::string extremes(const LogVerdict& log) {
  std::vector<std::string> extreme;
  for (const QuantityComparison& quantity : log.quantities) {
    if (quantity.percentile > kTail && quantity.percentile < 1 - kTail) continue;
    extreme.push_back(fmt::format(
        "{}: printed {:g}, above {} % of our runs (5 to 95 %: {:.6g} to {:.6g})", quantity.label,
        quantity.book, percent(quantity.percentile), quantity.low, quantity.high));
  }
  if (extreme.empty()) return "";
  const std::size_t shown = std::min<std::size_t>(3, extreme.size());
  std::string text = fmt::format("{}", fmt::join(extreme.begin(), extreme.begin() + shown, "; "));
  if (log.quantities.size() == 1) return text;
  if (extreme.size() > shown) text += "; ...";
  // floor(kTail N) + 1 of the N + 1 ranks at either end are extreme
  const auto n = static_cast<double>(log.runs);
  const double expected =
      static_cast<double>(log.quantities.size()) * 2 * (std::floor(kTail * n) + 1) / (n + 1);
  return fmt::format("extreme: {} of {} printed numbers (expected by chance: {:.1f}). {}",
                     extreme.size(), log.quantities.size(), expected, text);
}

std::string weakness(const LogVerdict& log) {
  if (log.smallest_p > kAlpha) {
    return fmt::format("{} runs allow no p below {}; at least {} runs are recommended", log.runs,
                       p_text(log.smallest_p), kRecommendedRuns);
  }
  if (log.minimum_detectable_effect > kLargestShift) {
    return fmt::format(
        "no shift of a typical printed number up to {:g} standard deviations is detected with 90 % "
        "power",
        kLargestShift);
  }
  return fmt::format(
      "a few outlying runs make every standard deviation large: in units of the middle half of our "
      "runs (IQR / 1.349), the smallest detected shift is {:.1f}",
      log.minimum_detectable_effect_iqr);
}

std::string without_epochs(const LogVerdict& log) {
  if (std::isnan(log.p_without_epochs)) return "";
  if ((log.p <= kAlpha) == (log.p_without_epochs <= kAlpha)) return "";
  return fmt::format("without the epoch number, which the author read off a curve by eye, p is {}",
                     p_text(log.p_without_epochs));
}

std::vector<std::string> reasons(const LogVerdict& log) {
  std::vector<std::string> sentences;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) sentences.push_back(text);
  };
  if (!log.sample.verified) {
    add(fmt::format("UNVERIFIED DATA: our runs used a {} that is not the file that Keras accepts",
                    log.sample.file));
  }
  // among a few runs many numbers are extreme by chance
  if (log.smallest_p <= kAlpha) add(extremes(log));
  if (log.verdict == Verdict::underpowered) add(weakness(log));
  add(without_epochs(log));
  add(log.two_groups);
  for (const std::string& note : log.notes) add(note);
  return sentences;
}

}  // namespace

void print_reasons(std::ostream& out, const Certificate& certificate, const char* bullet) {
  for (const LogVerdict& log : certificate.verdicts) {
    const auto sentences = reasons(log);
    if (sentences.empty()) continue;
    out << fmt::format("\n{}: {}\n", name_of(log), verdict_text(log));
    for (const std::string& sentence : sentences) out << bullet << sentence << '\n';
  }
}

}  // namespace reprise::book
