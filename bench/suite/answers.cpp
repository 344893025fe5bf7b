#include "bench/suite/answers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "bench/compare/report.hpp"

namespace reprise::compare {

namespace {

std::string times(const Verdict& v) {
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", v.ratio, v.low, v.high);
}

// "openmp, 2 threads" -> "openmp"
std::string backend_of(const std::string& contender) {
  return contender.substr(0, contender.find(','));
}

// "openmp, 2 threads, passive" -> "2 threads"
std::string threads_text(const std::string& contender) {
  const auto comma = contender.find(", ");
  if (comma == std::string::npos) return contender;
  const std::string rest = contender.substr(comma + 2);
  return rest.substr(0, rest.find(','));
}

// The contenders of the part `threads`: those whose waiting threads sleep in the order of more and
// more threads, the last of them on more threads than processors; and the one that spins.
struct ThreadSteps {
  explicit ThreadSteps(const Measurements& m) {
    for (std::size_t c = 0; c < m.control(); ++c) {
      if (m.contenders[c].name.ends_with("passive")) {
        passive.push_back(c);
      } else {
        active = c;
      }
    }
    for (const std::size_t c : passive) {
      if (active && threads_text(m.contenders[c].name) == threads_text(m.contenders[*active].name))
        twin = c;
    }
  }
  std::vector<std::size_t> passive;
  std::optional<std::size_t> active, twin;
};

std::vector<Pair> step_pairs(const Measurements& m) {
  const ThreadSteps steps(m);
  std::vector<Pair> pairs;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    if (is_control(m.benchmarks[r])) continue;
    for (std::size_t i = 1; i < steps.passive.size(); ++i) {
      pairs.push_back({r, steps.passive[i - 1], steps.passive[i]});
    }
    if (steps.twin) pairs.push_back({r, *steps.twin, *steps.active});
  }
  return pairs;
}

struct Judged {
  explicit Judged(const PartResult& part)
      : m(part.comparison.measurements),
        pairs(pairs_of(part)),
        best(winners(m, pairs, part.comparison.judging)) {}
  const Measurements& m;
  Pairs pairs;
  std::vector<Winner> best;
};

std::string winner_text(const Judged& judged, const Winner& winner) {
  const auto& names = judged.m.contenders;
  std::string text = names[winner.best].name;
  if (!winner.as_good.empty()) {
    std::vector<std::string> equals;
    for (const std::size_t c : winner.as_good) equals.push_back(names[c].name);
    text +=
        fmt::format("; {} {}", winner.undecided ? "not told apart from it:" : "no difference to",
                    fmt::join(equals, ", "));
  }
  // the nearest of the slower ones
  double nearest = 0;
  std::string next;
  for (std::size_t c = 0; c < judged.m.control(); ++c) {
    if (c == winner.best || std::ranges::find(winner.as_good, c) != winner.as_good.end()) continue;
    const Verdict v = between(judged.pairs, winner.benchmark, winner.best, c);
    if (v.label == Label::failed || (nearest > 0 && v.ratio >= nearest)) continue;
    nearest = v.ratio;
    next = fmt::format("; {} takes {} times as long", names[c].name, times(v));
  }
  std::set<std::string> borrowers;
  for (std::size_t c = 0; c < judged.m.control(); ++c) {
    if (judged.m.details[c][winner.benchmark].borrowed) borrowers.insert(backend_of(names[c].name));
  }
  if (!borrowers.empty()) {
    next += fmt::format("; without code of their own here: {}", fmt::join(borrowers, ", "));
  }
  return text + next;
}

std::string step_text(const Verdict& v, const std::string& what) {
  if (v.label == Label::improvement) return fmt::format("{} pays: {} of the time", what, times(v));
  if (v.label == Label::regression)
    return fmt::format("{} costs: {} times the time", what, times(v));
  if (v.label == Label::unchanged) return fmt::format("{}: no difference", what);
  return fmt::format("{}: not decided ({})", what, times(v));
}

}  // namespace

std::string subject_of(const std::string& row) {
  const auto first = row.find('/');
  const auto second = row.find('/', first + 1);
  if (first == std::string::npos) return row;
  const std::string name = row.substr(first + 1, second - first - 1);
  if (row.starts_with("csr_step")) return name + " (sparse)";
  return row.starts_with("dense_step") || row.starts_with("epoch")
             ? name
             : row.substr(0, first) + " " + name;
}

namespace {

std::vector<Answer> winners_of(const PartResult& part) {
  const Judged judged(part);
  std::vector<Answer> answers;
  for (const Winner& winner : judged.best) {
    answers.push_back(
        {subject_of(judged.m.benchmarks[winner.benchmark]), winner_text(judged, winner)});
  }
  return answers;
}

std::vector<Answer> threads_of(const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  const Pairs pairs = pairs_of(part);
  const ThreadSteps steps(m);
  std::vector<Answer> answers;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    if (is_control(m.benchmarks[r])) continue;
    std::vector<std::string> parts;
    for (std::size_t i = 1; i < steps.passive.size(); ++i) {
      const bool last = i + 1 == steps.passive.size();
      const std::string what = threads_text(m.contenders[steps.passive[i]].name);
      parts.push_back(step_text(between(pairs, r, steps.passive[i - 1], steps.passive[i]),
                                last ? "oversubscription (" + what + ")" : what));
    }
    if (steps.twin) {
      parts.push_back(
          step_text(between(pairs, r, *steps.twin, *steps.active), "OMP_WAIT_POLICY=active"));
    }
    answers.push_back({subject_of(m.benchmarks[r]), fmt::format("{}", fmt::join(parts, "; "))});
  }
  return answers;
}

std::vector<Answer> times_of(const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  std::vector<Answer> answers;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    if (is_control(m.benchmarks[r])) continue;
    answers.push_back({subject_of(m.benchmarks[r]),
                       time_text(m.shown_time(0, r, part.comparison.judging.clock))});
  }
  return answers;
}

// Up to which number of threads each further one pays; "" where a step is not decided.
std::string threads_that_pay(const Measurements& m, const Pairs& pairs, const ThreadSteps& steps,
                             std::size_t row) {
  if (steps.passive.empty()) return "";
  std::size_t pays = steps.passive.front();
  for (std::size_t i = 1; i + 1 < steps.passive.size(); ++i) {  // but for more than processors
    const Label label = between(pairs, row, steps.passive[i - 1], steps.passive[i]).label;
    if (label == Label::insufficient_data || label == Label::failed) return "";
    if (label != Label::improvement) break;
    pays = steps.passive[i];
  }
  return threads_text(m.contenders[pays].name);
}

}  // namespace

Pairs pairs_of(const PartResult& part) {
  const Comparison& c = part.comparison;
  const bool steps = part.name == "threads";
  return judge_pairs(
      c.measurements,
      steps ? step_pairs(c.measurements) : pairs_with_fastest(c.measurements, c.judging.clock),
      !steps, c.judgement.alpha, c.judging);
}

std::vector<Answer> answers_of(const PartResult& part) {
  if (part.name == "threads") return threads_of(part);
  return part.comparison.measurements.control() == 1 ? times_of(part) : winners_of(part);
}

std::string backend_sentence(const SuiteResult& result) {
  const PartResult* layers = result.find("layers");
  if (layers == nullptr) return "";
  const Judged judged(*layers);
  std::map<std::string, int> wins;
  int rows = 0, undecided = 0;
  for (const Winner& winner : judged.best) {
    ++rows;
    std::set<std::string> good{backend_of(judged.m.contenders[winner.best].name)};
    for (const std::size_t c : winner.as_good) good.insert(backend_of(judged.m.contenders[c].name));
    // another backend that is not told apart for lack of data is no winner
    if (winner.undecided && good.size() > 1) {
      ++undecided;
      continue;
    }
    for (const std::string& backend : good) ++wins[backend];
  }
  if (wins.empty()) {
    return fmt::format("Which backend is the fastest could not be decided in any of {} layers.",
                       rows);
  }
  const int most =
      std::ranges::max_element(wins, {}, [](const auto& w) { return w.second; })->second;
  std::vector<std::string> best, others;
  for (const auto& [backend, count] : wins) {
    if (count == most) {
      best.push_back(backend);
    } else {
      others.push_back(fmt::format("{} in {}", backend, count));
    }
  }
  if (undecided > 0) others.push_back(fmt::format("not decided in {}", undecided));
  return fmt::format("Take {}: {} the fastest backend, or as fast as it, in {} of the {} layers{}.",
                     fmt::join(best, " or "), best.size() == 1 ? "it is" : "each is", most, rows,
                     others.empty() ? "" : fmt::format(" ({})", fmt::join(others, ", ")));
}

std::string threads_sentence(const SuiteResult& result) {
  const PartResult* threads = result.find("threads");
  if (threads == nullptr) return "";
  const Measurements& m = threads->comparison.measurements;
  const Pairs pairs = pairs_of(*threads);
  const ThreadSteps steps(m);
  std::vector<std::string> parts;
  for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
    if (is_control(m.benchmarks[r])) continue;
    const std::string count = threads_that_pay(m, pairs, steps, r);
    const std::string subject = subject_of(m.benchmarks[r]);
    parts.push_back(count.empty() ? "not decided for " + subject
                                  : fmt::format("{} for {}", count, subject));
  }
  if (parts.empty()) return "";
  return fmt::format("Threads that pay in an epoch: {}.", fmt::join(parts, "; "));
}

}  // namespace reprise::compare
