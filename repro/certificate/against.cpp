#include "repro/certificate/against.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

#include "reprise/core/error.hpp"
#include "reprise/stats/equivalence.hpp"
#include "reprise/stats/holm.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/references/quantities.hpp"
#include "repro/settings.hpp"

namespace reprise::book {

namespace {

struct Value {
  std::string label;
  double value;
};

std::vector<Value> all_values_of(const RunRecord& run) {
  std::vector<Value> quantities;
  const auto add_list = [&](const std::string& label, const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      quantities.push_back({fmt::format("{} {}", label, i + 1), values[i]});
    }
  };
  for (std::size_t f = 0; f < run.history.size(); ++f) {
    for (const auto& [curve, values] : run.history[f]) {
      add_list(fmt::format("fit {}, {}, epoch", f + 1, curve), values);
    }
  }
  for (std::size_t e = 0; e < run.evaluate.size(); ++e) {
    add_list(fmt::format("evaluation {}, number", e + 1), run.evaluate[e]);
  }
  for (const auto& [name, value] : run.results) quantities.push_back({name, value});
  return quantities;
}

bool have_same_seeds(const RunGroup& a, const RunGroup& b) {
  return std::ranges::equal(a.runs, b.runs, {}, &RunRecord::seed, &RunRecord::seed);
}

bool have_same_bits(const RunGroup& a, const RunGroup& b) {
  return std::ranges::equal(a.runs, b.runs, [](const RunRecord& x, const RunRecord& y) {
    return x.history == y.history && x.evaluate == y.evaluate && x.results == y.results &&
           x.weights_crc32 == y.weights_crc32;
  });
}

std::string settings_of(const RunGroup& group) {
  const RunRecord& run = group.runs.front();
  return fmt::format("{} {}", run.dtype, run.backend);
}

// Returns the values of all runs, one column per quantity.
std::vector<std::vector<double>> columns_of(const RunGroup& group,
                                            const std::vector<Value>& expected) {
  std::vector<std::vector<double>> columns(expected.size());
  for (const RunRecord& run : group.runs) {
    const auto quantities = all_values_of(run);
    if (quantities.size() != expected.size()) {
      throw Error(fmt::format("{}, seed {}: found {} quantities, expected {} as in the other runs",
                              name_of(group), run.seed, quantities.size(), expected.size()));
    }
    for (std::size_t j = 0; j < quantities.size(); ++j) {
      if (!std::isfinite(quantities[j].value)) {
        throw Error(fmt::format("{}, seed {}: {}: found {}, expected a number", name_of(group),
                                run.seed, quantities[j].label, quantities[j].value));
      }
      columns[j].push_back(quantities[j].value);
    }
  }
  return columns;
}

// The value of a quantity in all runs of a group; empty if a run lacks it.
std::vector<double> values_of(const RunGroup& group, const std::string& key) {
  std::vector<double> values;
  for (const RunRecord& run : group.runs) {
    const auto found = find_quantity(quantities_of(run, run.experiment), key);
    if (!found || !std::isfinite(found->value)) return {};
    values.push_back(found->value);
  }
  return values;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Compares what two networks reach.
std::vector<ReachedQuantity> compare_reached(const RunGroup& a, const RunGroup& b, bool paired,
                                             double margin) {
  const bool same_loss = a.runs.front().loss == b.runs.front().loss;
  struct Pair {
    std::string label;
    std::vector<double> ours, theirs;
  };
  std::vector<Pair> pairs;
  for (const auto& quantity : quantities_of(a.runs.front(), a.experiment)) {
    if (!same_loss && quantity.key.find("loss") != std::string::npos) continue;
    Pair pair{quantity.label, values_of(a, quantity.key), values_of(b, quantity.key)};
    if (!pair.ours.empty() && !pair.theirs.empty()) pairs.push_back(std::move(pair));
  }
  std::vector<ReachedQuantity> reached;
  const double level = kAlpha / 2 / static_cast<double>(std::max<std::size_t>(pairs.size(), 1));
  for (const auto& [label, ours, theirs] : pairs) {
    const auto test = paired ? paired_equivalence(theirs, ours, margin, level)
                             : welch_equivalence(theirs, ours, margin, level);
    const bool higher = test.low > 0, lower = test.high < 0;
    const char* verdict = test.verdict == Equivalence::equivalent ? "equivalent"
                          : higher                                ? "higher"
                          : lower                                 ? "lower"
                                                                  : "undecided";
    reached.push_back({label, mean_of(ours), mean_of(theirs), test.low, test.high, verdict});
  }
  return reached;
}

// What differs between the settings of two groups: "keras-2.0.8 instead of keras-3.15", "dropout
// 0.3 instead of 0".
std::vector<std::string> changes_between(const RunGroup& a, const RunGroup& b) {
  std::vector<std::string> changes;
  if (a.edition != b.edition) {
    changes.push_back(fmt::format("edition {} instead of {}", a.edition, b.edition));
  }
  if (a.semantics != b.semantics) {
    changes.push_back(fmt::format("{} instead of {}", a.semantics, b.semantics));
  }
  for (std::string& change :
       differing_settings(*a.runs.front().settings, *b.runs.front().settings)) {
    changes.push_back(printable(change));
  }
  return changes;
}

Comparison compare(const RunGroup& a, const RunGroup& b, double margin) {
  Comparison comparison;
  comparison.name = name_of(a);
  comparison.runs = a.runs.size();
  comparison.other_runs = b.runs.size();
  comparison.changed = changes_between(a, b);
  if (!comparison.changed.empty()) {
    comparison.same_seeds = have_same_seeds(a, b);
    comparison.reached = compare_reached(a, b, comparison.same_seeds, margin);
    return comparison;
  }
  const auto quantities = all_values_of(a.runs.front());
  comparison.quantities = quantities.size();
  comparison.same_seeds = have_same_seeds(a, b);
  comparison.same_bits = comparison.same_seeds && have_same_bits(a, b);
  if (const auto ours = settings_of(a), theirs = settings_of(b); ours != theirs) {
    comparison.settings = fmt::format(" ({} against {})", ours, theirs);
  }
  if (comparison.same_bits) return comparison;
  const auto ours = columns_of(a, quantities), theirs = columns_of(b, quantities);
  double farthest = -1;
  std::vector<double> within;
  for (std::size_t j = 0; j < quantities.size(); ++j) {
    const auto test = comparison.same_seeds ? paired_equivalence(ours[j], theirs[j], margin)
                                            : welch_equivalence(ours[j], theirs[j], margin);
    comparison.equivalent += test.verdict == Equivalence::equivalent;
    within.push_back(test.p_within);
    const double reach = std::max(std::abs(test.low), std::abs(test.high));
    if (reach <= farthest) continue;
    farthest = reach;
    comparison.widest = fmt::format("{}: {:+.3f} sd [{:+.3f}, {:+.3f}]", quantities[j].label,
                                    test.difference, test.low, test.high);
  }
  comparison.different = std::ranges::count_if(holm(within), [](double p) { return p <= kAlpha; });
  return comparison;
}

}  // namespace

ExitCode Comparison::code() const {
  if (!changed.empty()) {
    const auto all = [&](std::string_view verdict) {
      return std::ranges::all_of(reached, [&](const auto& q) { return q.verdict == verdict; });
    };
    const bool differ = std::ranges::any_of(
        reached, [](const auto& q) { return q.verdict == "higher" || q.verdict == "lower"; });
    return differ                                  ? ExitCode::no
           : all("equivalent") && !reached.empty() ? ExitCode::done
                                                   : ExitCode::undecided;
  }
  if (same_bits || equivalent == quantities) return ExitCode::done;
  return different > 0 ? ExitCode::no : ExitCode::undecided;
}

std::vector<Comparison> compare_groups(const std::vector<RunGroup>& ours,
                                       const std::vector<RunGroup>& theirs, double margin) {
  std::vector<Comparison> comparisons;
  for (const RunGroup& group : ours) {
    auto other = std::ranges::find_if(theirs, [&](const RunGroup& g) {
      return g.experiment == group.experiment && g.edition == group.edition &&
             g.semantics == group.semantics;
    });
    const bool single = ours.size() == 1 && theirs.size() == 1;
    if (single && theirs.front().experiment == group.experiment) other = theirs.begin();
    if (other == theirs.end()) {
      throw Error(fmt::format("--against: found no runs of {}, expected the runs of RECORD",
                              name_of(group)));
    }
    const DataRecord &a = other->runs.front().data, &b = group.runs.front().data;
    if (a.sha256 != b.sha256) {
      throw Error(fmt::format("--against: {}: found data {}, expected {} as in RECORD",
                              name_of(group), printable(a.sha256), printable(b.sha256)));
    }
    comparisons.push_back(compare(group, *other, margin));
  }
  return comparisons;
}

namespace {

void print_reached(std::ostream& out, const Comparison& c, double margin) {
  out << fmt::format("{}{}: {}; {} runs against {} ({} seeds)\n", c.name, c.settings,
                     fmt::join(c.changed, ", "), c.runs, c.other_runs,
                     c.same_seeds ? "the same" : "different");
  constexpr const char* kRow = "  {:<30} {:>9} {:>9}  {:<18} {}\n";
  out << fmt::format(kRow, "mean of", "these", "others", "difference in sd", "these are");
  for (const ReachedQuantity& q : c.reached) {
    out << fmt::format(kRow, q.label, fmt::format("{:.4f}", q.mean),
                       fmt::format("{:.4f}", q.other_mean),
                       fmt::format("[{:+.2f}, {:+.2f}]", q.low, q.high), q.verdict);
  }
  out << fmt::format(
      "  equivalent: within {:g} standard deviations of a run; the intervals together hold "
      "at 95 %\n",
      margin);
}

}  // namespace

void print_comparisons(std::ostream& out, const std::vector<Comparison>& comparisons,
                       double margin) {
  for (const Comparison& c : comparisons) {
    if (!c.changed.empty()) {
      print_reached(out, c, margin);
      continue;
    }
    const char* verdict = c.same_bits                       ? "bit-identical"
                          : c.code() == ExitCode::done      ? "equivalent"
                          : c.code() == ExitCode::undecided ? "undecided"
                                                            : "different";
    const char* scope = c.same_bits ? " in every quantity and every weight" : "";
    out << fmt::format("{}{}: {}{}, {} runs against {}", c.name, c.settings, verdict, scope, c.runs,
                       c.other_runs);
    if (c.same_bits) {
      out << '\n';
      continue;
    }
    out << fmt::format(
        " ({} seeds); of {} quantities, {} are equivalent within {:g} sd and {} differ by more; "
        "largest difference: {}\n",
        c.same_seeds ? "the same" : "different", c.quantities, c.equivalent, margin, c.different,
        c.widest);
  }
}

}  // namespace reprise::book
