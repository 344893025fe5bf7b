// The answer to a reader as sentences and a table.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "reprise/core/error.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/own_result/answer.hpp"

namespace reprise::book {

namespace {

constexpr std::size_t kMostRows = 8;  // of the table of a log

// "test_accuracy" -> "test accuracy", "val_loss@3" -> "val_loss, epoch 3"
std::string label_of(const std::string& name) {
  if (const std::size_t at = name.find('@'); at != name.npos) {
    return fmt::format("{}, epoch {}", name.substr(0, at), name.substr(at + 1));
  }
  if (!name.starts_with("test_") && !name.starts_with("fold_")) return name;
  std::string label = name;
  std::ranges::replace(label, '_', ' ');
  return label;
}

std::string number(double value) { return fmt::format("{:.5g}", value); }

std::string runs_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "run" : "runs");
}

// "31 below, 2 equal, 67 above"
std::string counts(const Place& place) {
  const std::string equal = place.equal == 0 ? "" : fmt::format("{} equal, ", place.equal);
  return fmt::format("{} below, {}{} above", place.below, equal, place.above);
}

void print_question(std::ostream& out, const Answer& answer) {
  if (answer.candidates > 0) {
    out << fmt::format(
        "The log names no experiment. It is taken for {}, to which its numbers are nearest among "
        "the\n"
        "experiments with {} epochs ({}).\n",
        answer.experiment, answer.epochs, answer.candidates);
  }
  out << fmt::format(
      "Your numbers beside {} of {} that differ only in their random seed\n"
      "(settings of edition {}{}, {} {})\n",
      runs_text(answer.runs), answer.experiment, answer.edition,
      answer.semantics.empty() ? "" : ", formulas of " + answer.semantics, answer.epochs,
      answer.epochs == 1 ? "epoch" : "epochs");
  if (answer.diverged > 0) {
    out << fmt::format("{} more diverged and {} left out.\n", runs_text(answer.diverged),
                       answer.diverged == 1 ? "is" : "are");
  }
  if (!answer.verified) {
    out << fmt::format(
        "UNVERIFIED DATA: these runs used a {} whose checksum is not the one that Keras expects.\n",
        answer.data);
  }
  if (!answer.not_compared.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : answer.not_compared)
      names.push_back("'" + printable(name) + "'");
    if (names.size() > kMostRows) names.resize(kMostRows);
    out << fmt::format("Not compared, because these runs do not have it: {}\n",
                       fmt::join(names, ", "));
  }
}

// All numbers, or the last epoch and the evaluations of a long log.
std::vector<Place> shown(const Answer& answer) {
  if (answer.places.size() <= kMostRows) return answer.places;
  const std::string last = fmt::format("@{}", answer.epochs);
  std::vector<Place> places;
  for (const Place& place : answer.places) {
    if (place.name.ends_with(last) || place.name.find('@') == std::string::npos)
      places.push_back(place);
  }
  return places;
}

void print_table(std::ostream& out, const Answer& answer) {
  constexpr const char* kRow = "  {:<24} {:>10}  {:<30} {}\n";
  out << '\n' << fmt::format(kRow, "", "yours", "of our runs are", "middle 90 % of our runs");
  for (const Place& place : shown(answer)) {
    out << fmt::format(kRow, label_of(place.name), number(place.own), counts(place),
                       fmt::format("{} to {}", number(place.low), number(place.high)));
  }
  if (shown(answer).size() < answer.places.size()) {
    out << fmt::format("  and {} numbers of earlier epochs\n",
                       answer.places.size() - shown(answer).size());
  }
  out << '\n';
}

// Where a single number lies.
std::string place_sentence(const Place& place) {
  const std::size_t runs = place.runs();
  const std::string label = label_of(place.name);
  if (place.below == runs) {
    return fmt::format("your {} lies above all {} runs, of which the highest has {}", label, runs,
                       number(place.most));
  }
  if (place.above == runs) {
    return fmt::format("your {} lies below all {} runs, of which the lowest has {}", label, runs,
                       number(place.least));
  }
  const auto lie = [](std::size_t count) { return count == 1 ? "lies" : "lie"; };
  const std::string equal = place.equal == 0 ? ""
                                             : fmt::format(", {} {} equal to it", place.equal,
                                                           place.equal == 1 ? "is" : "are");
  return fmt::format("of {} runs, {} {} below your {}{} and {} {} above it", runs, place.below,
                     lie(place.below), label, equal, place.above, lie(place.above));
}

std::string capitalized(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// Where many numbers lie together.
std::string together_sentence(const Answer& answer) {
  const auto outside =
      static_cast<std::size_t>(std::ranges::count_if(answer.places, &Place::is_outside));
  const auto all = static_cast<double>(answer.runs) + 1;
  return fmt::format(
      "Taken together, your {} numbers are farther from the middle than those of {} of {} runs;\n"
      "{} of them {} outside the range of all runs (by chance about {:.1f} would).",
      answer.places.size(), static_cast<std::size_t>(std::lround(all * (1 - answer.p))),
      answer.runs, outside, outside == 1 ? "lies" : "lie",
      2 * static_cast<double>(answer.places.size()) / all);
}

void print_verdict(std::ostream& out, const Answer& answer) {
  const bool single = answer.places.size() == 1;
  if (answer.is_ordinary()) {
    out << (single ? "Your number is an ordinary result of this experiment. "
                   : "Your numbers are an ordinary result of this experiment. ");
    out << (single ? capitalized(place_sentence(answer.places.front())) + ".\n"
                   : together_sentence(answer) + "\n");
    out << (single ? "It gives" : "They give") << " no sign that you did something wrong.\n";
    return;
  }
  out << (single ? "The random seed hardly explains your number: "
                 : "The random seed hardly explains your numbers. ");
  out << (single ? place_sentence(answer.places.front()) + ".\n"
                 : together_sentence(answer) + "\n");
  out << "About one honest result in twenty is called out as well.\n";
}

void print_book(std::ostream& out, const Answer& answer) {
  for (const auto& [source, place, pairs] : answer.printed) {
    const auto own = std::ranges::find(answer.places, place.name, &Place::name);
    out << fmt::format(
        "The book's {} ({}) is {}: of our runs, {}. It differs from yours by {};\n"
        "{:.0f} % of all pairs of our runs differ at least as much.\n",
        label_of(place.name), source, number(place.own), counts(place),
        number(std::abs(place.own - own->own)), 100 * pairs);
  }
}

void print_explanations(std::ostream& out, const Answer& answer) {
  if (answer.is_ordinary()) return;
  if (answer.explanations.empty()) {
    out << fmt::format(
        "No other version of Keras, edition, number of epochs or experiment of this section "
        "explains it\neither (tried: {} groups of stored runs). Compare your data and your "
        "listing with "
        "the book's.\n",
        answer.others);
    return;
  }
  out << "It would be ordinary with\n";
  for (const Explanation& explanation : answer.explanations) {
    out << fmt::format("  {}", explanation.what);
    if (answer.places.size() == 1) {
      out << fmt::format(": of {} runs, {} (p {:.2f})", explanation.runs, counts(explanation.place),
                         explanation.p);
    }
    out << '\n';
  }
}

}  // namespace

void print_answer(std::ostream& out, const Answer& answer) {
  print_question(out, answer);
  print_table(out, answer);
  print_verdict(out, answer);
  print_book(out, answer);
  print_explanations(out, answer);
}

}  // namespace reprise::book
