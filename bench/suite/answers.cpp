#include "bench/suite/answers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "bench/compare/report.hpp"
#include "bench/suite/first_look.hpp"

namespace reprise::suite {

using compare::between;
using compare::is_control;
using compare::Label;
using compare::Measurements;
using compare::Pair;
using compare::Pairs;
using compare::Verdict;
using compare::Winner;

namespace {

std::string ratio_text(const Verdict& v) {
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", v.ratio, v.low, v.high);
}

std::string backend_of(const Measurements& m, std::size_t contender) {
  return setting_of(m, contender, "backend");
}
std::string threads_of(const Measurements& m, std::size_t contender) {
  return setting_of(m, contender, "threads");
}

// A step from one contender to another, and its name in the answers.
struct Step {
  std::size_t before, after;
  std::string name;
};

// The steps of a part of kind `threads`: from each contender with passive waiting to the one with
// the next larger number of threads, the last of which may have more threads than there are CPUs;
// then to the one with active waiting, from the passive one with the same number of threads.
struct ThreadSteps {
  // Results of earlier versions do not name the number of CPUs. Their last contender with passive
  // waiting had twice as many threads.
  bool is_oversubscribed(const Measurements& m, std::size_t c) const {
    const std::string cpus = setting_of(m, c, "cpus");
    return cpus.empty() ? c == passive.back() : std::stoi(threads_of(m, c)) > std::stoi(cpus);
  }
  explicit ThreadSteps(const Measurements& m) {
    std::optional<std::size_t> active;
    for (std::size_t c = 0; c < m.control(); ++c) {
      if (setting_of(m, c, "wait_policy") == "passive") {
        passive.push_back(c);
      } else {
        active = c;
      }
    }
    within_cpus = static_cast<std::size_t>(
        std::ranges::count_if(passive, [&](std::size_t c) { return !is_oversubscribed(m, c); }));
    for (std::size_t i = 1; i < passive.size(); ++i) {
      all.push_back({passive[i - 1], passive[i],
                     fmt::format("{} threads instead of {}{}", threads_of(m, passive[i]),
                                 threads_of(m, passive[i - 1]),
                                 i < within_cpus ? "" : " (more than there are CPUs)")});
    }
    for (const std::size_t c : passive) {
      if (!active || threads_of(m, c) != threads_of(m, *active)) continue;
      all.push_back({c, *active, "OMP_WAIT_POLICY=active"});
    }
  }
  std::vector<std::size_t> passive;
  std::size_t within_cpus = 0;  // how many of `passive` have no more threads than CPUs
  std::vector<Step> all;
};

std::vector<Pair> step_pairs(const Measurements& m) {
  const ThreadSteps steps(m);
  std::vector<Pair> pairs;
  for (const std::size_t b : benchmarks_of(m)) {
    for (const Step& step : steps.all) pairs.push_back({b, step.before, step.after});
  }
  return pairs;
}

struct Judged {
  explicit Judged(const PartResult& part)
      : m(part.comparison.measurements),
        pairs(pairs_of(part)),
        winners(compare::winners(m, pairs, part.comparison.judging)) {}
  const Measurements& m;
  Pairs pairs;
  std::vector<Winner> winners;
};

// "; tied with A, B", or "" if `names` is empty.
std::string list_text(const char* relation, const std::vector<std::string>& names) {
  return names.empty() ? "" : fmt::format("; {} {}", relation, fmt::join(names, ", "));
}

std::string winner_text(const Judged& judged, const Winner& winner) {
  const Measurements& m = judged.m;
  std::vector<std::string> tied, undecided;
  std::vector<std::pair<double, std::string>> slower;  // by their factor
  for (std::size_t c = 0; c < m.control(); ++c) {
    if (c == winner.best) continue;
    const Verdict v = between(judged.pairs, winner.benchmark, winner.best, c);
    if (std::ranges::find(winner.as_good, c) != winner.as_good.end()) {
      (v.label == Label::unchanged ? tied : undecided).push_back(m.contenders[c].name);
    } else if (v.label != Label::failed) {
      slower.emplace_back(v.ratio, fmt::format("{} ({})", m.contenders[c].name, ratio_text(v)));
    }
  }
  std::ranges::sort(slower);
  std::vector<std::string> slower_texts;
  for (const auto& [ratio, text] : slower) slower_texts.push_back(text);
  std::set<std::string> borrowers;
  for (std::size_t c = 0; c < m.control(); ++c) {
    if (m.details[c][winner.benchmark].borrowed) borrowers.insert(backend_of(m, c));
  }
  return m.contenders[winner.best].name + list_text("tied with", tied) +
         list_text("undecided against", undecided) + list_text("slower:", slower_texts) +
         list_text("excluded for lack of a kernel of their own:",
                   {borrowers.begin(), borrowers.end()});
}

// How the time changes in a step; ratios are the time after it divided by the time before.
std::string step_text(const Verdict& v, const std::string& step) {
  switch (v.label) {
    case Label::improvement: return fmt::format("{}: faster, {} of the time", step, ratio_text(v));
    case Label::regression:
      return fmt::format("{}: slower, {} times the time", step, ratio_text(v));
    case Label::unchanged: return fmt::format("{}: no difference", step);
    default: return fmt::format("{}: undecided, {}", step, ratio_text(v));
  }
}

std::vector<Answer> winner_answers(const PartResult& part) {
  const Judged judged(part);
  std::vector<Answer> answers;
  for (const Winner& winner : judged.winners) {
    answers.push_back(
        {subject_of(judged.m.benchmarks[winner.benchmark]), winner_text(judged, winner)});
  }
  return answers;
}

std::vector<Answer> thread_answers(const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  const Pairs pairs = pairs_of(part);
  const ThreadSteps steps(m);
  std::vector<Answer> answers;
  for (const std::size_t b : benchmarks_of(m)) {
    std::vector<std::string> texts;
    for (const Step& step : steps.all) {
      texts.push_back(step_text(between(pairs, b, step.before, step.after), step.name));
    }
    answers.push_back({subject_of(m.benchmarks[b]), fmt::format("{}", fmt::join(texts, "; "))});
  }
  return answers;
}

std::vector<Answer> setting_answers(const PartResult& part) {
  std::vector<Answer> answers;
  for (const SettingLine& line : setting_lines(part)) answers.push_back({line.backend, line.text});
  return answers;
}

std::vector<Answer> time_answers(const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  std::vector<Answer> answers;
  for (const std::size_t b : benchmarks_of(m)) {
    const double time = m.shown_time(0, b, part.comparison.judging.clock);
    answers.push_back({subject_of(m.benchmarks[b]), compare::time_text(time)});
  }
  return answers;
}

// The largest number of threads up to which each step is an improvement; "" if a step is undecided.
std::string useful_threads(const Measurements& m, const Pairs& pairs, const ThreadSteps& steps,
                           std::size_t benchmark) {
  if (steps.passive.empty()) return "";
  std::size_t useful = steps.passive.front();
  for (std::size_t i = 1; i < steps.within_cpus; ++i) {
    const Label label = between(pairs, benchmark, steps.passive[i - 1], steps.passive[i]).label;
    if (label == Label::insufficient_data || label == Label::failed) return "";
    if (label != Label::improvement) break;
    useful = steps.passive[i];
  }
  return threads_of(m, useful);
}

}  // namespace

std::string subject_of(const std::string& benchmark) {
  const auto first = benchmark.find('/');
  const auto second = benchmark.find('/', first + 1);
  if (first == std::string::npos) return benchmark;
  const std::string name = benchmark.substr(first + 1, second - first - 1);
  if (benchmark.starts_with("csr_step")) return name + " (sparse)";
  return benchmark.starts_with("dense_step") || benchmark.starts_with("epoch")
             ? name
             : benchmark.substr(0, first) + " " + name;
}

Pairs pairs_of(const PartResult& part) {
  const compare::Comparison& c = part.comparison;
  if (part.kind == PartKind::settings) return {};
  const bool fixed = part.kind == PartKind::threads;
  return compare::judge_pairs(c.measurements,
                              fixed ? step_pairs(c.measurements)
                                    : compare::pairs_with_fastest(c.measurements, c.judging.clock),
                              !fixed, c.judgement.alpha, c.judging);
}

std::vector<Answer> answers_of(const PartResult& part) {
  switch (part.kind) {
    case PartKind::winners: return winner_answers(part);
    case PartKind::threads: return thread_answers(part);
    case PartKind::settings: return setting_answers(part);
    case PartKind::times: break;
  }
  return time_answers(part);
}

std::string threads_sentence(const SuiteResult& result) {
  const PartResult* part = result.find("threads");
  if (part == nullptr) return "";
  const Measurements& m = part->comparison.measurements;
  const Pairs pairs = pairs_of(*part);
  const ThreadSteps steps(m);
  std::vector<std::string> texts;
  for (const std::size_t b : benchmarks_of(m)) {
    const std::string threads = useful_threads(m, pairs, steps, b);
    const std::string subject = subject_of(m.benchmarks[b]);
    texts.push_back(threads.empty() ? "undecided for " + subject
                                    : fmt::format("{} for {}", threads, subject));
  }
  if (texts.empty()) return "";
  return fmt::format("Threads to use in an epoch: {}.", fmt::join(texts, ", "));
}

}  // namespace reprise::suite
