#include "bench/gate/result.hpp"

#include <algorithm>

namespace reprise::gate {

// `regression` says three things: HEAD is slower than BASE, rounds that were measured for this
// benchmark alone confirmed it at the level, and their estimate lies beyond the margin. It does not
// say that the slowdown is proven to be above the margin: the lower bound is above 1, but it may be
// below 1 + margin.
std::string_view name_of(Label label) {
  switch (label) {
    case Label::not_slower: return "not slower";
    case Label::regression: return "regression";
    case Label::accepted: return "accepted";
    case Label::undecided: return "undecided";
    case Label::missing: return "missing";
    case Label::failed_in_head: return "failed in HEAD";
    case Label::failed_in_base: return "failed in BASE";
  }
  return "";
}

ExitCode exit_code_of(const Row& row, const GateOptions& options) {
  if (options.bits_fail && row.different_bits) return ExitCode::no;
  switch (row.label) {
    case Label::not_slower:
    case Label::accepted:
    case Label::failed_in_base: return ExitCode::done;
    case Label::regression:
    case Label::failed_in_head: return ExitCode::no;
    case Label::missing: return options.missing_fails ? ExitCode::no : ExitCode::undecided;
    case Label::undecided: return ExitCode::undecided;
  }
  return ExitCode::undecided;
}

ExitCode exit_code_of(const GateResult& result) {
  if (result.failure) return result.failure->exit_code();
  const auto any = [&](ExitCode code) {
    return std::ranges::any_of(
        result.rows, [&](const Row& row) { return exit_code_of(row, result.options) == code; });
  };
  if (any(ExitCode::no)) return ExitCode::no;
  const bool nothing_compared = std::ranges::all_of(
      result.rows, [](const Row& row) { return row.label == Label::failed_in_base; });
  const bool undecided = any(ExitCode::undecided) || result.control.differs || nothing_compared;
  return undecided ? ExitCode::undecided : ExitCode::done;
}

int bisect_code(ExitCode code) {
  const bool cannot_be_tested =
      code == ExitCode::usage || code == ExitCode::missing || code == ExitCode::undecided;
  return cannot_be_tested ? 125 : static_cast<int>(code);
}

}  // namespace reprise::gate
