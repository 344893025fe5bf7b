#include "bench/gate/label.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "bench/gate/decide.hpp"

namespace reprise::gate {

using compare::Measurements;

namespace {

constexpr std::size_t kBase = 0, kHead = 1;

// Of BASE in either of its processes.
std::string base_error(const Measurements& m, std::size_t b, compare::Clock clock) {
  const std::string first = m.error_of(kBase, b, clock);
  return first.empty() ? m.error_of(m.control(), b, clock) : first;
}

Measurements first_round_of(const Measurements& m) {
  Measurements first = m;
  first.rounds.resize(1);
  first.left_after.clear();
  return first;
}

// A benchmark that BASE could not measure from the start is no fault of HEAD. One that fails in
// BASE later, when other benchmarks have left or in the rounds of the suspects alone, may need
// those others to prepare something; then nothing is known.
void fill_failed(Row& row, const Measurements& m, std::size_t b, const GateOptions& options,
                 bool whole) {
  const std::string of_base = base_error(m, b, options.clock),
                    of_head = m.error_of(kHead, b, options.clock);
  if (of_base.empty()) {
    row.label = Label::failed_in_head;
    row.why = of_head;
  } else if (whole && !base_error(first_round_of(m), b, options.clock).empty()) {
    row.label = Label::failed_in_base;
    row.why = of_head.empty() ? of_base : fmt::format("{}; in HEAD: {}", of_base, of_head);
  } else {
    row.label = Label::undecided;
    row.why = fmt::format("it failed in BASE, though not in the first round: {}", of_base);
  }
}

// Whether a benchmark is another one when it runs alone: it found what others had prepared, such as
// filled tables. Caches and clock rates that differ stay far below these factors.
bool differs_alone(double alone, double among_others) {
  constexpr double kFactor = 2;
  return alone > kFactor * among_others || alone < among_others / kFactor;
}

void fill_confirmed(Row& row, const Confirmation& confirmation, int rounds) {
  row.confirmed = confirmation.estimate;
  row.p = confirmation.p;
  switch (confirmation.found) {
    case Confirmed::slower: row.label = Label::regression; return;
    case Confirmed::not_slower: row.label = Label::not_slower; return;
    case Confirmed::failed:
    case Confirmed::open: break;
  }
  row.label = Label::undecided;
  row.why = rounds == 0
                ? "the screen suspects it, and no time was left to confirm that"
                : fmt::format("the screen suspects it, and {} fresh rounds did not decide", rounds);
  if (rounds == 0) row.confirmed.reset();
}

Row row_of(const Measurements& m, std::size_t b, Screened found, const GateOptions& options) {
  Row row;
  row.benchmark = m.benchmarks[b];
  row.base_ns = m.shown_time(kBase, b, options.clock);
  row.head_ns = m.shown_time(kHead, b, options.clock);
  const compare::BenchmarkDetails &of_base = m.details[kBase][b], &of_head = m.details[kHead][b];
  const std::optional<std::uint32_t>& again = m.details[m.control()][b].digest;
  row.bits_vary = of_base.bits_vary || of_head.bits_vary ||
                  (of_base.digest && again && *of_base.digest != *again);
  // a program whose bits vary by themselves says nothing about HEAD
  row.different_bits =
      !row.bits_vary && of_base.digest && of_head.digest && *of_base.digest != *of_head.digest;
  if (found == Screened::failed || !base_error(m, b, options.clock).empty() ||
      !m.error_of(kHead, b, options.clock).empty()) {
    fill_failed(row, m, b, options, true);
    return row;
  }
  row.screened = screen_estimate(m, b, m.rounds_of(b), options);
  if (found == Screened::not_slower) row.label = Label::not_slower;
  if (found == Screened::open) {
    row.why = fmt::format("{} rounds were too few", m.rounds_of(b));
  }
  return row;
}

// A benchmark that the programs left out themselves, or that only HEAD has.
void fill_left_out(GateResult& result, const Measurements& screen) {
  for (const std::string& benchmark : screen.missing) {
    Row row;
    row.benchmark = benchmark;
    row.label = Label::missing;
    row.base_ns = row.head_ns = std::numeric_limits<double>::quiet_NaN();
    const auto found = std::ranges::find(screen.left_out, benchmark, &compare::LeftOut::name);
    const bool skipped = found != screen.left_out.end() && found->reason.starts_with("skipped");
    const bool other_number =
        found != screen.left_out.end() && found->reason.find(" of this name") != std::string::npos;
    row.why = skipped        ? "HEAD skips it" + found->reason.substr(found->reason.find(':'))
              : other_number ? "BASE and HEAD have different numbers of benchmarks of this name"
                             : "HEAD does not have it";
    result.rows.push_back(row);
  }
  for (const compare::LeftOut& benchmark : screen.left_out) {
    if (std::ranges::find(screen.missing, benchmark.name) != screen.missing.end()) continue;
    const bool of_base_once =
        benchmark.reason == "of A" || benchmark.reason.starts_with("skipped by A in its second");
    if (of_base_once) {
      Row row{.benchmark = benchmark.name, .why = "only one of BASE's two processes has it"};
      row.base_ns = row.head_ns = std::numeric_limits<double>::quiet_NaN();
      result.rows.push_back(row);
    } else if (benchmark.reason == "of B") {
      result.new_in_head.push_back(benchmark.name);
    } else {
      result.skipped.push_back(benchmark.text());
    }
  }
}

}  // namespace

void label(GateResult& result, const Measurements& screen, const Measurements& fresh,
           const std::vector<int>& confirm_looks) {
  const GateOptions& options = result.options;
  result.screen_rounds = static_cast<int>(screen.rounds.size());
  result.confirm_rounds = static_cast<int>(fresh.rounds.size());
  result.control_ns = screen.control_time();
  result.control = overall_control(screen, options);
  const std::vector<Screened> found = screened(screen, options);
  const std::vector<ControlEstimate> of_base = controls(screen, options),
                                     of_base_fresh = controls(fresh, options);
  const std::vector<Confirmation> confirmed = confirmations(fresh, confirm_looks, options);
  for (std::size_t b = 0; b < screen.benchmarks.size(); ++b) {
    // our programs' own benchmark of the frozen control kernel is no subject of comparison
    if (compare::is_control(screen.benchmarks[b])) continue;
    Row row = row_of(screen, b, found[b], options);
    row.control = of_base[b];
    if (found[b] == Screened::suspect) {
      const auto at = std::ranges::find(fresh.benchmarks, row.benchmark);
      if (at == fresh.benchmarks.end()) {
        fill_confirmed(row, {}, 0);
      } else {
        const auto f = static_cast<std::size_t>(at - fresh.benchmarks.begin());
        fill_confirmed(row, confirmed[f], static_cast<int>(fresh.rounds_of(f)));
        if (confirmed[f].found == Confirmed::failed) {
          row.confirmed.reset();
          fill_failed(row, fresh, f, options, false);
        } else if (const double alone = fresh.median_time(kBase, f, options.clock);
                   differs_alone(alone, screen.median_time(kBase, b, options.clock))) {
          row.label = Label::undecided;
          row.why = fmt::format(
              "BASE takes {:.2g} times as long in it alone as among the others, which it depends "
              "on",
              alone / screen.median_time(kBase, b, options.clock));
        }
        if (of_base_fresh[f].differs) row.control = of_base_fresh[f];
      }
    }
    const bool answered = row.label == Label::not_slower || row.label == Label::regression;
    if (row.control.differs && answered) {
      row.label = Label::undecided;
      row.why = "BASE differs from itself";
    }
    result.rows.push_back(row);
  }
  fill_left_out(result, screen);
}

}  // namespace reprise::gate
