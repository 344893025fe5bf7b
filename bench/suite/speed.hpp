// `reprise speed`: is openmp as fast with this instruction set as with a lower one, and as fast as
// the libraries for dense layers?
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/comparison.hpp"
#include "reprise/core/exit_code.hpp"

namespace reprise::suite {

struct SpeedBounds {
  double isa = 1.15;        // largest ratio of this instruction set's time to a lower one's
  double library = 1.1;     // largest ratio of openmp's time to a library's
  double width = 1.15;      // largest ratio of the two ends of a row's interval
  double undecided = 0.05;  // largest share of undecided rows
};

// A library for the backend blas: the folder has a libblas.so.3.
struct SpeedLibrary {
  std::string name;
  std::filesystem::path folder;
};

struct SpeedOptions {
  std::filesystem::path programs;  // directory of bench_dense, ...
  std::vector<std::string> data_flags;
  std::string isa;                      // the instruction set that is judged
  bool onednn = true;                   // whether the backend onednn is compared
  std::vector<SpeedLibrary> libraries;  // compared as the backend blas
  std::string rows;                     // a regular expression, or "": all rows
  bool quick = false;
  std::optional<int> rounds;
  compare::Clock clock = compare::Clock::real_time;
  std::filesystem::path state;  // directory of the parts' state files
  bool resume = false;
};

// One comparison for each program that has rows: "dense" with instruction sets and libraries,
// "crossentropy" and "optimizer" with instruction sets. The first contender is openmp with
// `options.isa`; the others have the name of their question in Contender::configuration under
// "question". Throws Error: exit code 2 if no row matches, 3 if a program or library is missing.
struct SpeedPart {
  std::string name;
  compare::ComparisonPlan plan;
};
std::vector<SpeedPart> speed_parts(const SpeedOptions& options);

struct SpeedResult {
  struct Part {
    std::string name;
    compare::Comparison comparison;
  };
  std::string machine, isa;
  bool quick = false;
  SpeedBounds bounds{};
  std::vector<Part> parts;
};

enum class SpeedQuestion { isa, library };
enum class SpeedOutcome { passes, too_slow, undecided, failed };
std::string_view name_of(SpeedQuestion question);
std::string_view name_of(SpeedOutcome outcome);

// One benchmark and question. `other` is the fastest of the question's contenders by the medians of
// this run, and ratio, interval and p belong to it, unless openmp is too slow against another one.
struct SpeedRow {
  SpeedQuestion question{};
  std::string name;   // "dense_step/imdb_2"
  std::string other;  // "mkl"
  double ours_ns = 0, other_ns = 0;
  double ratio = 1, low = 0, high = 0;  // ours / other: median of the rounds, exact interval
  double p = 1;                         // of "the ratio is at most the bound", adjusted by Holm
  SpeedOutcome outcome{};
  std::string error;
};

// Every contender of a question is compared in every row, by a one-sided sign test against the
// bound, and Holm's correction counts all of these comparisons. A row is too slow if any of them is
// rejected: openmp is then slower than that contender, and so than the fastest. Which one is
// fastest is thus never chosen before the test, and choosing it for the table adds no error. A
// contender that borrows openmp's code in a row is left out there.
//
// A row is undecided if its interval reaches above the bound and is too wide, or lies above the
// bound although Holm's correction rejects nothing: with few rounds it never does.
std::vector<SpeedRow> judge_speed(const SpeedResult& result);

// done: no row is too slow or failed, and few enough are undecided; no: one is too slow or failed;
// undecided: too many are undecided, or there are none.
ExitCode exit_code_of(const std::vector<SpeedRow>& rows, const SpeedBounds& bounds);

// The counts, and one line for each row that does not pass.
void print(std::ostream& out, const SpeedResult& result);
void print_markdown(std::ostream& out, const SpeedResult& result);
// A document of results/schema/speed-1.json.
nlohmann::json to_json(const SpeedResult& result);
// Throws Error (exit code 2) that begins with `name` if the document is anything else.
SpeedResult speed_from(const nlohmann::json& document, const std::string& name);

}  // namespace reprise::suite
