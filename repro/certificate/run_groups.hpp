// Groups the runs of records into samples that can be compared with the book, and rejects runs that
// cannot.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "reprise/record/run_record.hpp"

namespace reprise::book {

// Runs that differ only in their seeds.
struct RunGroup {
  std::string experiment;
  int edition = 1;
  std::string semantics;
  std::vector<RunRecord> runs;  // at least 2, by ascending seed
};

// What the runs are compared with. Only the book demands the settings of its editions.
enum class Purpose { book, other_runs };
enum class Unverified { refused, accepted };  // runs on data files that Keras would not accept

// Returns the groups of all runs, in the order of the catalogue, then by edition, then in the order
// of the records. Throws Error (exit code 2), one line that names the record and the run,
//   - for a record that read_runs rejects;
//   - for runs that say nothing: stand-in data, unverified data unless they are accepted, training
//     that diverged, and, for the book, settings that are not those of their edition;
//   - for groups that are not a sample: a single run, a repeated seed, different settings, data
//     files, dtypes, backends or versions of the arithmetic, or two semantics in one record.
std::vector<RunGroup> read_groups(const std::vector<std::filesystem::path>& records,
                                  Purpose purpose = Purpose::book,
                                  Unverified unverified = Unverified::refused);

// The index of an experiment in the catalogue.
std::ptrdiff_t catalogue_index(const std::string& id);

// "imdb, edition 1, keras-2.0.8"
std::string name_of(const RunGroup& group);

}  // namespace reprise::book
