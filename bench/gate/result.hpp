// What a gate found: an answer for each benchmark of BASE, and the exit code that follows.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/compare/measurements.hpp"
#include "bench/gate/accepted.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/exit_code.hpp"

namespace reprise::gate {

enum class Label {
  not_slower,      // shown to be slower by less than the margin, if at all
  regression,      // slower by more than the margin, and confirmed in rounds of their own
  accepted,        // a regression that the file of accepted ones allows
  undecided,       // neither was shown; `why` says what was missing
  missing,         // HEAD does not have the benchmark of BASE
  failed_in_head,  // it has no time in HEAD
  failed_in_base,  // it has no time in BASE: reported, and no fault of HEAD
};
std::string_view name_of(Label label);

// HEAD's time divided by BASE's: above 1 is slower. Each of the bounds alone holds with the
// confidence of its look.
struct Estimate {
  int rounds = 0;
  double ratio = 1, low = 0, high = 0;
};

// BASE compared with itself in the same rounds.
struct ControlEstimate {
  double ratio = 1, low = 0, high = 0;
  bool differs = false;  // called different: the machine was too restless for an answer
};

struct Row {
  std::string benchmark;
  Label label = Label::undecided;
  std::string why{};                    // of undecided, missing and failed ones: a short phrase
  Estimate screened{};                  // from the rounds of all benchmarks; 0 rounds: none
  std::optional<Estimate> confirmed{};  // from the fresh rounds of the suspects alone
  double p = 1;                         // of the confirmation, adjusted by Holm
  ControlEstimate control{};
  double base_ns = 0, head_ns = 0;  // median times; NaN where it failed
  bool different_bits = false;      // both report digests of their results, and these differ
  bool bits_vary = false;           // one of them reports different digests of its own
  std::optional<Accepted> accepted{};

  // What the verdict rests on: the fresh rounds if there are any.
  const Estimate& estimate() const { return confirmed ? *confirmed : screened; }
};

// A side of the gate.
struct Side {
  std::string text;      // the program or command as a user would type it
  std::string commit{};  // all digits, or "" if it was not built from a commit
  std::string ref{};     // as the user wrote it
};

struct GateOptions {
  double margin = 0.05;        // the largest slowdown that counts as none
  double level = 0.01;         // chance of failing a HEAD that is slower nowhere
  double screen_level = 0.05;  // spent by the looks of the screen
  compare::Clock clock = compare::Clock::real_time;
  bool bits_fail = false;     // --bits fail: different bits are a failure
  bool missing_fails = true;  // --missing fail
};

struct GateResult {
  Side base, head;
  GateOptions options;
  std::vector<Row> rows;                 // in BASE's order
  std::vector<std::string> new_in_head;  // benchmarks that BASE does not have
  std::vector<std::string> skipped;      // "name (why)": left out by the programs themselves
  ControlEstimate control;               // the rounds' medians over all benchmarks
  int screen_rounds = 0, confirm_rounds = 0;
  double seconds = 0;              // of measuring, in all sessions
  bool out_of_time = false;        // the time budget ended it
  double control_ns = 0;           // of the frozen control kernel; NaN if it was not timed
  std::optional<Error> failure{};  // a program that failed, hung or changed its benchmarks
  std::vector<std::string> warnings{};
  std::vector<Accepted> unused{};  // accepted ones that no regression needed
};

// The exit code that one row alone asks for.
ExitCode exit_code_of(const Row& row, const GateOptions& options);
// `failure`'s code first, then 1, 4 and 0: the first that any row asks for. 4 too if BASE differs
// from itself, or if nothing was compared.
ExitCode exit_code_of(const GateResult& result);
// For `git bisect run`: 125, "cannot be tested", in place of 2, 3 and 4.
int bisect_code(ExitCode code);

}  // namespace reprise::gate
