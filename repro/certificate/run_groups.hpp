// The runs of records, sorted by what they are draws of; what cannot be judged is refused here.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace reprise::book {

// Runs that differ in their seeds only.
struct RunGroup {
  std::string experiment;
  int edition = 1;
  std::string semantics;
  std::vector<nlohmann::json> runs;  // at least 2, by ascending seed
};

// The groups of all runs, in the order of the catalogue, then by edition and as the records come.
// Throws Error (exit code 2), a line that names the record and run, for a record that read_runs
// refuses and for runs that say nothing about the book: stand-in or unverified data, settings that
// are not their edition's, semantics that there are not, epochs that are missing, curves with what
// is no number; and for groups that are no sample: of one run, with a seed twice, of different data
// files, types of numbers, backends or versions of the arithmetic, or with two semantics in one
// record.
std::vector<RunGroup> read_groups(const std::vector<std::filesystem::path>& records);

// "imdb, edition 1, keras-2.0.8"
std::string name_of(const RunGroup& group);

}  // namespace reprise::book
