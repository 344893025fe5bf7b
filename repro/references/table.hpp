// Tables that show runs beside their references.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "reprise/record/run_record.hpp"

namespace reprise::book {

struct Row {
  std::string experiment, quantity;
  std::string book;   // "0.2930 (print), 0.2918 (notebook)", "" if nothing is printed
  std::string keras;  // real Keras with the same seed, "" if no such run is stored
  std::string ours;
};

// Returns a row for each quantity of each run. Runs on stand-in data are compared with
// nothing. A run is compared with the book only if its settings are those of its edition.
std::vector<Row> rows_of(const std::vector<RunRecord>& runs, const std::filesystem::path& results);

// Returns the quantities that the run's edition of the book prints: "test accuracy 0.9785 (print)".
std::vector<std::string> printed_quantities(const RunRecord& run,
                                            const std::filesystem::path& results);

// Prints the rows as a table, with "-" for a missing value. A line above the table says so if the
// data are not Keras's own.
void print_table(std::ostream& out, const std::vector<RunRecord>& runs,
                 const std::filesystem::path& results);

// Prints the lowest, median and highest value of each quantity over runs with different seeds.
void print_spread(std::ostream& out, const std::vector<RunRecord>& runs,
                  const std::filesystem::path& results);

// Prints the times that the steps took, one line for each run of a record, with "-" for a time that
// the record does not contain: a run that found the data loaded has no loading times.
void print_times(std::ostream& out, const std::vector<RunRecord>& runs);

}  // namespace reprise::book
