// The first line of every report.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "bench/compare/benchmark_name.hpp"
#include "bench/compare/number_text.hpp"
#include "bench/gate/report.hpp"
#include "bench/gate/sentences.hpp"

namespace reprise::gate {

namespace {

constexpr std::size_t kNames = 3;  // in each list of the sentence

// "by 10 % [8 %, 12 %]", "by a factor of 2.500 [2.400, 2.600]"
std::string by_text(double ratio, double low, double high) {
  const bool limited = std::isfinite(low) && std::isfinite(high);
  if (ratio >= 2) {
    return fmt::format("by a factor of {}{}", compare::ratio_text(ratio),
                       limited ? " " + compare::interval_text(low, high) : "");
  }
  return fmt::format(
      "by {}{}", change_text(ratio - 1),
      limited ? fmt::format(" [{}, {}]", change_text(low - 1), change_text(high - 1)) : "");
}

// Writes the sentences about the rows of a result.
class RowSentences {
 public:
  RowSentences(const GateResult& result, const Shown& shown, std::size_t most_names)
      : result_(result), shown_(shown), most_names_(most_names) {
    for (const Row& row : result.rows) names_.push_back(row.benchmark);
    names_ = compare::readable_names(names_);
  }

  // "HEAD is slower in 1 of 20 benchmarks: a by 10 % [8 %, 12 %]."; "" if it is in none.
  std::string slower() const {
    const auto rows = with_label(Label::regression);
    if (rows.empty()) return "";
    const std::string where =
        result_.rows.size() == 1
            ? "the only benchmark"
            : fmt::format("{} of {} benchmarks", rows.size(), result_.rows.size());
    const std::string list = slowdowns(rows);
    return fmt::format("HEAD is slower in {}{}.", where, list.empty() ? "" : ": " + list);
  }

  // What the rows that are no regressions are; "" if there are none.
  std::string others() const {
    const std::size_t all = result_.rows.size(), slower = with_label(Label::regression).size();
    std::vector<std::string> clauses;
    std::vector<Label> labels;
    for (const Label label : {Label::not_slower, Label::undecided, Label::missing,
                              Label::failed_in_head, Label::failed_in_base, Label::accepted}) {
      const auto rows = with_label(label);
      if (rows.empty()) continue;
      labels.push_back(label);
      const bool first_of_all = clauses.empty() && slower == 0;
      clauses.push_back(fmt::format("{}{} {}", rows.size(),
                                    first_of_all ? fmt::format(" of {} benchmarks", all) : "",
                                    predicate(label, rows)));
    }
    if (labels.empty()) return "";
    if (labels.size() == 1) return only(labels.front(), all, slower);
    return fmt::format("{}{}.", slower > 0 ? fmt::format("Of the other {}, ", all - slower) : "",
                       fmt::join(clauses, "; "));
  }

  std::string bits() const {
    const auto sentence = [&](bool Row::*member, const char* what) {
      const auto rows = where([&](const Row& row) { return row.*member; });
      if (rows.empty()) return std::string();
      return fmt::format("The results of {} benchmark{} {}{}. ", rows.size(),
                         rows.size() == 1 ? "" : "s", what, in_brackets(names_of(rows)));
    };
    return sentence(&Row::different_bits, result_.options.bits_fail
                                              ? "have other bits in HEAD, which --bits fail forbids"
                                              : "have other bits in HEAD") +
           sentence(&Row::bits_vary, "vary between rounds of one program");
  }

 private:
  template <class Condition>
  std::vector<std::size_t> where(Condition condition) const {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < result_.rows.size(); ++i) {
      if (condition(result_.rows[i])) rows.push_back(i);
    }
    return rows;
  }
  std::vector<std::size_t> with_label(Label label) const {
    return where([&](const Row& row) { return row.label == label; });
  }

  std::string names_of(const std::vector<std::size_t>& rows) const {
    std::vector<std::string> names;
    for (const std::size_t i : rows) names.push_back(names_[i]);
    return list_text(names, shown_, most_names_);
  }
  static std::string in_brackets(const std::string& list) {
    return list.empty() ? "" : " (" + list + ")";
  }

  // The largest ones with their sizes: "a by 10 % [8 %, 12 %], b by 7 % [5.5 %, 8.1 %] and 3 more".
  std::string slowdowns(std::vector<std::size_t> rows) const {
    if (most_names_ == 0) return "";
    std::ranges::stable_sort(rows, std::greater<>(),
                             [&](std::size_t i) { return result_.rows[i].estimate().ratio; });
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < std::min(rows.size(), most_names_); ++i) {
      const Estimate& e = result_.rows[rows[i]].estimate();
      texts.push_back(shown_.name(names_[rows[i]]) + " " + by_text(e.ratio, e.low, e.high));
    }
    std::string text = fmt::format("{}", fmt::join(texts, ", "));
    if (rows.size() > most_names_) text += fmt::format(" and {} more", rows.size() - most_names_);
    return text;
  }

  // "are not slower by more than 5 %", "is missing in HEAD (a)"
  std::string predicate(Label label, const std::vector<std::size_t>& rows) const {
    const bool one = rows.size() == 1;
    const char* be = one ? "is" : "are";
    const char* fail = one ? "fails" : "fail";
    switch (label) {
      case Label::not_slower:
        return fmt::format("{} not slower by more than {}", be,
                           change_text(result_.options.margin));
      case Label::undecided: return fmt::format("{} undecided", be);
      case Label::missing:
        return fmt::format("{} missing in HEAD{}", be, in_brackets(names_of(rows)));
      case Label::failed_in_head:
        return fmt::format("{} in HEAD{}", fail, in_brackets(names_of(rows)));
      case Label::failed_in_base:
        return fmt::format("{} in BASE, which is no fault of HEAD{}", fail,
                           in_brackets(names_of(rows)));
      case Label::accepted:
        return fmt::format("{} slower, which {} accepts{}", be, kAcceptedFile,
                           in_brackets(slowdowns(rows)));
      case Label::regression: break;
    }
    return fmt::format("{} slower", be);
  }

  // The sentence if all rows that are no regressions have one label.
  std::string only(Label label, std::size_t all, std::size_t slower) const {
    if (label == Label::not_slower && slower == 0 && all > 1) {
      return fmt::format("No benchmark of {} is slower by more than {}.", all,
                         change_text(result_.options.margin));
    }
    const std::string subject =
        slower > 0
            ? (all - slower == 1 ? "The other one" : fmt::format("The other {}", all - slower))
        : all == 1 ? "The only benchmark"
        : all == 2 ? "Both benchmarks"
                   : fmt::format("All {} benchmarks", all);
    return fmt::format("{} {}.", subject, predicate(label, with_label(label)));
  }

  const GateResult& result_;
  const Shown& shown_;
  std::size_t most_names_;
  std::vector<std::string> names_;
};

}  // namespace

std::string verdict_sentence(const GateResult& result, const Shown& shown, std::size_t most_names) {
  const RowSentences rows(result, shown, most_names);
  std::vector<std::string> sentences;
  if (result.failure) {
    sentences.push_back(most_names == 0
                            ? "The gate ended early."
                            : fmt::format("The gate ended early, because of an error: {}.",
                                          shown.prose(result.failure->what())));
  }
  if (const ControlEstimate& c = result.control; c.differs) {
    sentences.push_back(fmt::format(
        "BASE differs from itself {} in the same rounds, so the machine was too restless for an "
        "answer.",
        by_text(c.ratio, c.low, c.high)));
  }
  if (std::ranges::all_of(result.rows,
                          [](const Row& row) { return row.label == Label::failed_in_base; })) {
    sentences.push_back("Nothing was compared.");
  }
  for (const std::string& sentence : {rows.slower(), rows.others(), rows.bits()}) {
    if (!sentence.empty()) sentences.push_back(sentence);
  }
  std::string text = fmt::format("{}", fmt::join(sentences, " "));
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string verdict_sentence(const GateResult& result) {
  return verdict_sentence(result, shown_in_terminal(), kNames);
}

}  // namespace reprise::gate
