// Whether a reader's numbers could be one more run of an experiment, and if not, what would explain
// them.
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "repro/own_result/explain.hpp"
#include "repro/own_result/own_result.hpp"
#include "repro/own_result/stored_runs.hpp"

namespace reprise::book {

// What the numbers are compared with; without an edition the first one that has the experiment,
// without semantics keras-3.15, or those of the edition if it is given or if nothing is stored for
// keras-3.15.
struct Wanted {
  std::optional<std::string> experiment;  // for a log that does not name it
  std::optional<int> edition;
  std::optional<std::string> semantics;
};

// A number that the book prints, and where it lies among the same runs.
struct PrintedPlace {
  std::string source;  // "print", "notebook"
  Place place;
  double pairs =
      0;  // fraction of pairs of runs that differ at least as much as it and the reader's
};

struct Answer {
  std::string experiment;
  std::string semantics;  // "" for a network that is written by hand, without formulas of Keras
  int edition = 1;
  std::size_t epochs = 0, runs = 0, diverged = 0;  // diverged runs are left out of `runs`
  bool verified = true;
  std::string data;
  std::size_t candidates = 0;  // experiments that a log without a name was compared with, or 0
  std::vector<std::string> not_compared;  // names in the log that the stored runs do not have
  // The p-value of all numbers together, that the reader's run is one more of these runs
  // (OwnSample::p).
  double p = 1;
  std::vector<Place> places;  // in the order of the reader's numbers
  std::vector<PrintedPlace> printed;
  // With the fewest changes that explain the numbers, at most 5; empty if p is above 5 %
  std::vector<Explanation> explanations;
  std::size_t others = 0;  // groups of stored runs that were tried as an explanation

  bool is_ordinary() const;  // p is above 5 %
};

// Throws Error (exit code 2) for an unknown number, a log of another length, and experiments,
// editions or semantics of which nothing is stored.
Answer answer(const OwnResult& own, const Wanted& wanted, const std::filesystem::path& results);

void print_answer(std::ostream& out, const Answer& answer);

}  // namespace reprise::book
