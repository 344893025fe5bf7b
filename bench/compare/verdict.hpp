// From paired ratios to verdicts.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/looks.hpp"
#include "bench/compare/measurements.hpp"
#include "reprise/stats/blocked_rank.hpp"
#include "reprise/stats/holm.hpp"

namespace reprise::compare {

enum class Label { regression, improvement, unchanged, insufficient_data, failed };
std::string_view name_of(Label label);

// A contender compared with A in one benchmark. The ratio is the contender's time divided by A's:
// above 1 is slower.
struct Verdict {
  std::size_t contender = 0, benchmark = 0;
  Label label = Label::insufficient_data;
  double ratio = 1, low = 0, high = 0;   // median of the paired ratios, exact interval
  double p = 1, adjusted_p = 1;          // sign test; Holm over all benchmarks of all contenders
  double minimum_detectable_effect = 0;  // as a ratio - 1: detected with 90 % power by this run
  // Why the benchmark has no time with A (or A again) and with the contender, or "".
  std::string base_error{}, head_error{};
  std::string error{};          // the contender's, or else A's
  bool different_bits = false;  // both have digests, and they differ
  bool bits_vary = false;       // the digest of A or of the contender differs between repetitions
                                // or rounds
  // A was called different from itself in this benchmark, so that nothing can be said of the
  // contender: the verdict is insufficient_data.
  bool control_differs = false;
};

// The test of a contender against A.
enum class Test {
  sign,          // of the ratios to A alone; the second run of A is a control and no more
  blocked_rank,  // of the ratios to both runs of A (stats/blocked_rank.hpp): 1.5 times the data
};
std::string_view name_of(Test test);

struct JudgeOptions {
  double margin = 0.05;  // of equivalence: ratios from 1 / 1.05 to 1.05 are unchanged
  Clock clock = Clock::real_time;
  Test test = Test::sign;
  // The last planned look, for the detectable effects: a comparison that stopped early could have
  // gone on. 0 rounds: this look.
  int planned_rounds = 0;
  double planned_alpha = 0;
};

// The options with the last of these looks as the planned one.
JudgeOptions planned(JudgeOptions options, const Looks& looks);

// The minimum detectable effects of several benchmarks or pairs, as a ratio - 1.
struct DetectableEffects {
  double median = 0, largest = 0;
  std::string least_sensitive_benchmark;  // which has the largest

  void update_largest(double effect, const std::string& benchmark) {
    if (effect <= largest) return;
    largest = effect;
    least_sensitive_benchmark = benchmark;
  }
};

// The A/A control: A compared with itself in the same rounds.
struct ControlVerdict {
  double ratio = 1, low = 0, high = 0;               // of the rounds' medians over the benchmarks
  std::size_t called_different = 0, benchmarks = 0;  // by the same rules
  DetectableEffects detectable;
};

struct Judgement {
  int rounds = 0;
  double alpha = 0;  // what this look spends of the level
  std::vector<Verdict> verdicts;
  ControlVerdict control;

  bool decided() const;
  std::size_t undecided() const;
};

// Judges the first `rounds` rounds at the level `alpha`. A benchmark is different if its p,
// adjusted by Holm, is at most alpha and its median ratio lies outside the margin. It is unchanged
// if its interval of confidence 1 - alpha lies within the margin. Otherwise there are insufficient
// data; so there are if A is called different from itself in this benchmark. The programs' own
// benchmarks of the frozen control kernel are not judged.
//
// `before`: the previous look, whose verdicts on benchmarks that have left stand. In Holm's
// procedure such a verdict keeps its p if it was "different" and counts as p = 1 otherwise, so that
// leaving never makes it easier to call another benchmark different.
Judgement judge(const Measurements& measurements, int rounds, double alpha,
                const JudgeOptions& options, const Judgement* before = nullptr);

// Ratio, interval of confidence 1 - alpha and p of logarithms of paired ratios, without a label.
Verdict estimate(const std::vector<double>& log_ratios, double alpha);
// The same from the ratios to A and to A again, by the two-sided blocked rank test.
Verdict estimate(const BlockedDifferences& log_ratios, double alpha);

// The verdict on a benchmark that has no time: at least one of the errors is not "".
Verdict failed_verdict(const std::string& base_error, const std::string& head_error);

// Whether A failed where the contender works.
bool failed_in_base_only(const Verdict& verdict);

// Sets adjusted_p by Holm over all entries that have not failed; `projection` finds the Verdict in
// an entry.
template <class Entries, class Projection = std::identity>
void adjust(Entries& entries, Projection projection = {}) {
  std::vector<Verdict*> judged;
  std::vector<double> p;
  for (auto& entry : entries) {
    Verdict& verdict = std::invoke(projection, entry);
    if (verdict.label == Label::failed) continue;
    judged.push_back(&verdict);
    p.push_back(verdict.p);
  }
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < judged.size(); ++i) judged[i]->adjusted_p = adjusted[i];
}

// The smallest change, as a ratio - 1, that `rounds` rounds call different with 90 % power if the
// log ratios of equal programs are `noise`: the sign test has to reject at `level` (the strictest
// level of Holm's procedure), and the median has to leave the margin.
double minimum_detectable_effect(const std::vector<double>& noise, std::size_t rounds, double level,
                                 double margin);

// The label of a verdict that has ratio, interval and adjusted p. With `whole_interval` a benchmark
// is different only if its interval, not just its ratio, lies outside the margin.
Label label_of(const Verdict& verdict, double alpha, double margin, bool whole_interval = false);

// Whether any benchmark is a regression or an improvement.
bool any_different(const Judgement& judgement);

}  // namespace reprise::compare
