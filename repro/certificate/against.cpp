#include "repro/certificate/against.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/core/error.hpp"
#include "reprise/stats/equivalence.hpp"
#include "reprise/stats/holm.hpp"
#include "repro/certificate/certificate.hpp"

namespace reprise::book {

namespace {

struct Quantity {
  std::string label;
  double value;
};

std::vector<Quantity> quantities_of(const RunRecord& run) {
  std::vector<Quantity> quantities;
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
                                            const std::vector<Quantity>& expected) {
  std::vector<std::vector<double>> columns(expected.size());
  for (const RunRecord& run : group.runs) {
    const auto quantities = quantities_of(run);
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

Comparison compare(const RunGroup& a, const RunGroup& b, double margin) {
  Comparison comparison;
  comparison.name = name_of(a);
  comparison.runs = a.runs.size();
  comparison.other_runs = b.runs.size();
  const auto quantities = quantities_of(a.runs.front());
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
  if (same_bits || equivalent == quantities) return ExitCode::done;
  return different > 0 ? ExitCode::no : ExitCode::undecided;
}

std::vector<Comparison> compare_groups(const std::vector<RunGroup>& ours,
                                       const std::vector<RunGroup>& theirs, double margin) {
  std::vector<Comparison> comparisons;
  for (const RunGroup& group : ours) {
    const auto other = std::ranges::find_if(theirs, [&](const RunGroup& g) {
      return g.experiment == group.experiment && g.edition == group.edition &&
             g.semantics == group.semantics;
    });
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

void print_comparisons(std::ostream& out, const std::vector<Comparison>& comparisons,
                       double margin) {
  for (const Comparison& c : comparisons) {
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
