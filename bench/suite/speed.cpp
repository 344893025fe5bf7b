#include "bench/suite/speed.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "reprise/stats/holm.hpp"
#include "reprise/stats/sign_test.hpp"

namespace reprise::suite {

namespace {

using compare::Measurements;

// openmp compared with one contender in one row.
struct RowPair {
  std::size_t row;  // in the list of rows
  const compare::Comparison* comparison;
  std::size_t benchmark, other;

  std::vector<double> log_ratios() const {
    const Measurements& m = comparison->measurements;
    return m.log_ratios(0, benchmark, m.rounds.size(), comparison->judging.clock, other);
  }
  double other_ns() const {
    return comparison->measurements.median_time(other, benchmark, comparison->judging.clock);
  }
};

// "dense_step/imdb_2/dtype:float32/..." -> "dense_step/imdb_2"
std::string short_name(const std::string& benchmark) {
  return benchmark.substr(0, benchmark.find('/', benchmark.find('/') + 1));
}

// The one-sided p of the sign test of the hypothesis that the median of the ratios is at most
// `bound`.
double p_above(std::vector<double> log_ratios, double bound) {
  for (double& ratio : log_ratios) ratio -= std::log(bound);
  const auto above = std::ranges::count_if(log_ratios, [](double r) { return r > 0; });
  if (2 * static_cast<std::size_t>(above) <= log_ratios.size()) return 1;
  return sign_test_p(log_ratios) / 2;
}

// The contenders of the question that have a time of their own in the benchmark. An instruction set
// that fails or computes other bits is written to `error`. A library may lack something or be
// wrong, which is not our failure.
std::vector<std::size_t> others(const compare::Comparison& comparison, std::size_t benchmark,
                                SpeedQuestion question, std::string& error) {
  const Measurements& m = comparison.measurements;
  std::vector<std::size_t> all;
  for (std::size_t c = 1; c < m.control(); ++c) {
    const auto& configuration = m.contenders[c].configuration;
    const auto asked = configuration.find("question");
    if (asked == configuration.end() || asked->second != name_of(question)) continue;
    const auto& details = m.details[c][benchmark];
    if (details.borrowed) continue;
    std::string failure = m.error_of(c, benchmark, comparison.judging.clock);
    if (question == SpeedQuestion::isa && failure.empty() &&
        details.digest != m.details[0][benchmark].digest) {
      failure = "other bits than with " + m.contenders[0].name;
    }
    if (failure.empty()) {
      all.push_back(c);
    } else if (question == SpeedQuestion::isa) {
      error = m.contenders[c].name + ": " + failure;
    }
  }
  return all;
}

// Appends the rows of a part, and the pairs that have to be tested.
void add_rows(const compare::Comparison& comparison, SpeedQuestion question,
              std::vector<SpeedRow>& rows, std::vector<RowPair>& pairs) {
  const Measurements& m = comparison.measurements;
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    if (compare::is_control(m.benchmarks[b])) continue;
    SpeedRow row;
    row.question = question;
    row.name = short_name(m.benchmarks[b]);
    const auto contenders = others(comparison, b, question, row.error);
    if (contenders.empty() && row.error.empty()) continue;
    const std::string error = m.error_of(0, b, comparison.judging.clock);
    if (!error.empty()) row.error = m.contenders[0].name + ": " + error;
    if (row.error.empty()) {
      row.ours_ns = m.median_time(0, b, comparison.judging.clock);
      for (const std::size_t c : contenders) pairs.push_back({rows.size(), &comparison, b, c});
    }
    rows.push_back(row);
  }
}

void describe(SpeedRow& row, const RowPair& pair, double p, double level) {
  const auto verdict = compare::estimate(pair.log_ratios(), level);
  row.other = pair.comparison->measurements.contenders[pair.other].name;
  row.other_ns = pair.other_ns();
  row.ratio = verdict.ratio;
  row.low = verdict.low;
  row.high = verdict.high;
  row.p = p;
}

// Sets what the table shows of each row and the outcome.
void judge(std::vector<SpeedRow>& rows, const std::vector<RowPair>& pairs, double bound,
           double width) {
  std::vector<double> p;
  for (const RowPair& pair : pairs) p.push_back(p_above(pair.log_ratios(), bound));
  const std::vector<double> adjusted = holm(p);
  const double level = pairs.empty() ? 0 : pairs.front().comparison->looks.level;
  // the rejected contenders come before the others, and among equals the fastest comes first
  const auto key = [&](std::size_t i) {
    return std::pair(adjusted[i] > level, pairs[i].other_ns());
  };
  std::map<std::size_t, std::size_t> shown;  // row -> pair
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto [found, is_new] = shown.emplace(pairs[i].row, i);
    if (!is_new && key(i) < key(found->second)) found->second = i;
  }
  for (const auto& [row, i] : shown) describe(rows[row], pairs[i], adjusted[i], level);
  for (SpeedRow& row : rows) {
    // a wide interval decides, too, if all of it is below the bound
    const bool decided = row.high <= bound || (row.low <= bound && row.high <= row.low * width);
    row.outcome = !row.error.empty() ? SpeedOutcome::failed
                  : row.p <= level   ? SpeedOutcome::too_slow
                  : decided          ? SpeedOutcome::passes
                                     : SpeedOutcome::undecided;
  }
}

}  // namespace

std::string_view name_of(SpeedQuestion question) {
  return question == SpeedQuestion::isa ? "isa" : "library";
}

std::string_view name_of(SpeedOutcome outcome) {
  switch (outcome) {
    case SpeedOutcome::passes: return "passes";
    case SpeedOutcome::too_slow: return "too slow";
    case SpeedOutcome::undecided: return "undecided";
    case SpeedOutcome::failed: break;
  }
  return "failed";
}

std::vector<SpeedRow> judge_speed(const SpeedResult& result) {
  std::vector<SpeedRow> all;
  for (const SpeedQuestion question : {SpeedQuestion::isa, SpeedQuestion::library}) {
    std::vector<SpeedRow> rows;
    std::vector<RowPair> pairs;
    for (const SpeedResult::Part& part : result.parts) {
      add_rows(part.comparison, question, rows, pairs);
    }
    judge(rows, pairs, question == SpeedQuestion::isa ? result.bounds.isa : result.bounds.library,
          result.bounds.width);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

ExitCode exit_code_of(const std::vector<SpeedRow>& rows, const SpeedBounds& bounds) {
  std::size_t undecided = 0;
  for (const SpeedRow& row : rows) {
    if (row.outcome == SpeedOutcome::too_slow || row.outcome == SpeedOutcome::failed) {
      return ExitCode::no;
    }
    if (row.outcome == SpeedOutcome::undecided) ++undecided;
  }
  const double allowed = bounds.undecided * static_cast<double>(rows.size());
  return rows.empty() || static_cast<double>(undecided) > allowed ? ExitCode::undecided
                                                                  : ExitCode::done;
}

}  // namespace reprise::suite
