// What was measured: rounds of turns, and the ratios that they give.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/result_file.hpp"

namespace reprise::compare {

// A row of one turn: nanoseconds of an iteration by either clock, or why it has none.
struct Cell {
  double real_ns = 0, cpu_ns = 0;
  std::string error;
};

// cells[contender][row], and how long the frozen control kernel took in the same minutes (0: it was
// not timed).
struct Round {
  std::vector<std::vector<Cell>> cells{};
  double control_ns = 0;
};

// Whether the row is a program's own one of the frozen control kernel, no subject of comparisons.
bool is_control(const std::string& row);
// How reports call a contender: A to Z, then A26 and so on.
std::string column_of(std::size_t contender);

enum class Clock { real_time, cpu_time };
std::string_view name_of(Clock clock);

struct Measurements {
  std::vector<std::string> contenders;  // A, B, ...; the last is A again, the control
  std::vector<std::string> rows;        // that all contenders have, in A's order
  std::vector<std::string> extra_rows;  // left out: "row (of B)", "row (skipped by A: reason)"
  std::vector<Round> rounds;
  // [contender][row], of the first round: they say what ran, not how fast
  std::vector<std::vector<std::string>> labels;
  std::vector<std::vector<std::optional<std::uint32_t>>> digests;
  std::vector<std::vector<std::map<std::string, double>>> counters;
  // [contender][row]: whether a later repetition or round had another digest than the first
  std::vector<std::vector<bool>> bits_vary;

  std::size_t control() const { return contenders.size() - 1; }
  // log(time of the contender / time of A), one a round of the first `rounds`.
  std::vector<double> log_ratios(std::size_t contender, std::size_t row, std::size_t first_rounds,
                                 Clock clock) const;
  // The error of the row with this contender in any round, or "".
  std::string error_of(std::size_t contender, std::size_t row) const;
  // Whether the contender ran another one's code in the row, as its label says: "openmp avx2 for
  // blas", where another's is "openmp avx2".
  bool borrows(std::size_t contender, std::size_t row) const;
  // Median over the rounds, nanoseconds.
  double median_time(std::size_t contender, std::size_t row, Clock clock) const;
  // The same for reports: not a number for a row that failed in any round.
  double shown_time(std::size_t contender, std::size_t row, Clock clock) const;
  // Median of the control kernel's, or not a number.
  double control_time() const;
};

// As `rounds` of results/schema/comparison-1.json, and back. Throws Error (exit code 2) that begins
// with `name` for anything else.
nlohmann::json to_json(const Measurements& measurements);
Measurements measurements_from(const nlohmann::json& document, const std::string& name);

// Takes up a round's results, one a contender. The first round fixes the rows; later ones that have
// others throw Error (exit code 2) that names program and row.
void add_round(Measurements& measurements, const std::vector<ResultFile>& results,
               const std::vector<std::string>& commands, double control_ns);

}  // namespace reprise::compare
