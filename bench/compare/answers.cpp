#include "answers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "pairs.hpp"

namespace reprise::compare {

namespace {

bool is_control(const std::string& row) { return row.starts_with("control/"); }

std::string times(const RowVerdict& v) {
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", v.ratio, v.low, v.high);
}

// "openmp, 2 threads" -> "openmp"
std::string backend_of(const std::string& contender) {
  return contender.substr(0, contender.find(','));
}

struct Judged {
  explicit Judged(const Comparison& c)
      : m(c.measurements),
        pairs(judge_pairs(c.measurements, c.looks.level, c.judging)),
        best(winners(c.measurements, pairs, c.judging)) {}
  const Measurements& m;
  std::vector<PairVerdict> pairs;
  std::vector<Winner> best;
};

std::string winner_text(const Judged& judged, const Winner& winner) {
  const auto& names = judged.m.contenders;
  std::string text = names[winner.best];
  if (!winner.as_good.empty()) {
    std::vector<std::string> equals;
    for (const std::size_t c : winner.as_good) equals.push_back(names[c]);
    text +=
        fmt::format("; {} {}", winner.undecided ? "not told apart from it:" : "no difference to",
                    fmt::join(equals, ", "));
  }
  // the nearest of the slower ones
  double nearest = 0;
  std::string next;
  for (std::size_t c = 0; c < judged.m.control(); ++c) {
    if (c == winner.best || std::ranges::find(winner.as_good, c) != winner.as_good.end()) continue;
    const RowVerdict v = between(judged.pairs, winner.row, winner.best, c);
    if (v.label == Label::failed || (nearest > 0 && v.ratio >= nearest)) continue;
    nearest = v.ratio;
    next = fmt::format("; {} takes {} times as long", names[c], times(v));
  }
  return text + next;
}

std::string step_text(const RowVerdict& v, const std::string& what) {
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

std::vector<Answer> winners_of(const Comparison& comparison) {
  const Judged judged(comparison);
  std::vector<Answer> answers;
  for (const Winner& winner : judged.best) {
    const std::string& row = judged.m.rows[winner.row];
    if (is_control(row)) continue;
    answers.push_back({subject_of(row), winner_text(judged, winner)});
  }
  return answers;
}

std::vector<Answer> threads_of(const Comparison& comparison) {
  const Judged judged(comparison);
  const auto& names = judged.m.contenders;
  std::vector<std::size_t> passive;  // in the order of more and more threads
  std::size_t active = 0;
  for (std::size_t c = 0; c < judged.m.control(); ++c) {
    if (names[c].ends_with("passive")) {
      passive.push_back(c);
    } else {
      active = c;
    }
  }
  std::vector<Answer> answers;
  for (std::size_t r = 0; r < judged.m.rows.size(); ++r) {
    if (is_control(judged.m.rows[r])) continue;
    std::vector<std::string> parts;
    for (std::size_t i = 1; i < passive.size(); ++i) {
      const bool last = i + 1 == passive.size();
      const std::string count = names[passive[i]].substr(names[passive[i]].find(", ") + 2);
      const std::string what = count.substr(0, count.find(','));
      parts.push_back(step_text(between(judged.pairs, r, passive[i - 1], passive[i]),
                                last ? "oversubscription (" + what + ")" : what));
    }
    if (active != 0 && passive.size() >= 2) {
      parts.push_back(step_text(between(judged.pairs, r, passive[passive.size() - 2], active),
                                "OMP_WAIT_POLICY=active"));
    }
    answers.push_back({subject_of(judged.m.rows[r]), fmt::format("{}", fmt::join(parts, "; "))});
  }
  return answers;
}

std::string backend_sentence(const SuiteResult& result) {
  const Comparison* layers = result.find("layers");
  if (layers == nullptr) return "";
  const Judged judged(*layers);
  std::map<std::string, int> wins;
  int rows = 0, undecided = 0;
  for (const Winner& winner : judged.best) {
    if (is_control(judged.m.rows[winner.row])) continue;
    ++rows;
    std::set<std::string> good{backend_of(judged.m.contenders[winner.best])};
    for (const std::size_t c : winner.as_good) good.insert(backend_of(judged.m.contenders[c]));
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
  const auto best = std::ranges::max_element(wins, {}, [](const auto& w) { return w.second; });
  std::vector<std::string> others;
  for (const auto& [backend, count] : wins) {
    if (backend != best->first) others.push_back(fmt::format("{} in {}", backend, count));
  }
  if (undecided > 0) others.push_back(fmt::format("not decided in {}", undecided));
  return fmt::format(
      "Take {}: it is the fastest backend, or as fast as it, in {} of the {} layers{}.",
      best->first, best->second, rows,
      others.empty() ? "" : fmt::format(" ({})", fmt::join(others, ", ")));
}

std::string threads_sentence(const SuiteResult& result) {
  const Comparison* threads = result.find("threads");
  if (threads == nullptr) return "";
  const Judged judged(*threads);
  const auto& names = judged.m.contenders;
  std::vector<std::string> parts;
  for (const Winner& winner : judged.best) {
    if (is_control(judged.m.rows[winner.row])) continue;
    const std::string subject = subject_of(judged.m.rows[winner.row]);
    if (winner.undecided) {
      parts.push_back("not decided for " + subject);
      continue;
    }
    // of those that are as good the one with the fewest threads: the contenders' order
    std::size_t fewest = winner.best;
    for (const std::size_t c : winner.as_good) fewest = std::min(fewest, c);
    const std::string count = names[fewest].substr(names[fewest].find(", ") + 2);
    parts.push_back(fmt::format("{} for {}", count, subject));
  }
  if (parts.empty()) return "";
  return fmt::format("Threads that pay in an epoch: {}.", fmt::join(parts, "; "));
}

}  // namespace reprise::compare
