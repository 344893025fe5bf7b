// Tables of runs beside what they are compared with.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace reprise::book {

struct Row {
  std::string experiment, figure;
  std::string book;   // "0.2930 (print), 0.2918 (notebook)", "" where nothing is printed
  std::string keras;  // the same seed in real Keras, "" where no such run is stored
  std::string ours;
};

// A row a figure of each run (of a record). Stand-in data are compared with nothing; the book's
// figures stand only beside runs with the settings of an edition, each edition its own.
std::vector<Row> rows_of(const std::vector<nlohmann::json>& runs,
                         const std::filesystem::path& results);

// What the book says of this run's edition, a text a figure: "test accuracy 0.9785 (print)".
std::vector<std::string> printed_quantities(const nlohmann::json& run,
                                            const std::filesystem::path& results);

// The rows as a table for the terminal, "-" for what is not there. A line above says if the data
// are not Keras's own.
void print_table(std::ostream& out, const std::vector<nlohmann::json>& runs,
                 const std::filesystem::path& results);

// Of runs with many seeds: lowest, median and highest of each figure.
void print_spread(std::ostream& out, const std::vector<nlohmann::json>& runs,
                  const std::filesystem::path& results);

}  // namespace reprise::book
