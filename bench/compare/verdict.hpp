// From ratios to words.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/looks.hpp"
#include "bench/compare/measurements.hpp"
#include "reprise/stats/holm.hpp"

namespace reprise::compare {

enum class Label { regression, improvement, unchanged, insufficient_data, failed };
std::string_view name_of(Label label);

// A row of a contender beside A. Ratios are the contender's time by A's: above 1 is slower.
struct Verdict {
  std::size_t contender = 0, benchmark = 0;
  Label label = Label::insufficient_data;
  double ratio = 1, low = 0, high = 0;   // median of the paired ratios, exact interval
  double p = 1, adjusted_p = 1;          // of the sign test; Holm over all rows of all contenders
  double minimum_detectable_effect = 0;  // as a ratio - 1: found with probability .9 by this run
  std::string error;                     // of a failed row
  bool different_bits = false;           // both have digests, and they differ
  bool bits_vary = false;                // of A or of the contender: between repetitions or rounds
};

struct JudgeOptions {
  double margin = 0.05;  // of equivalence: ratios from 1 / 1.05 to 1.05 are the same
  Clock clock = Clock::real_time;
};

// The A/A control: A beside itself in the same rounds, over all rows.
struct ControlVerdict {
  double ratio = 1, low = 0, high = 0;               // of the rounds' medians over rows
  std::size_t called_different = 0, benchmarks = 0;  // by the same rules
  double median_minimum_detectable_effect = 0,
         largest_minimum_detectable_effect = 0;  // of the rows', as a ratio - 1
  std::string least_sensitive_benchmark;
};

struct Judgement {
  int rounds = 0;
  double alpha = 0;  // of the level, that this look may spend
  std::vector<Verdict> verdicts;
  ControlVerdict control;

  bool decided() const;
  std::size_t undecided() const;
};

// The first `rounds` rounds, judged with `share` of the level. A row is different if Holm's p is at
// most the share and its median ratio lies outside the margin; unchanged if its interval, of
// confidence 1 - share, lies within; else there is not enough to say.
Judgement judge(const Measurements& measurements, int rounds, double share,
                const JudgeOptions& options);

// Of the logarithms of paired ratios: ratio, interval of confidence 1 - share, p; no label yet.
Verdict measured(const std::vector<double>& log_ratios, double share);

// Sets adjusted_p by Holm over all rows that have not failed; `verdict` finds a row's Verdict.
template <class Rows, class Projection = std::identity>
void adjust(Rows& rows, Projection verdict = {}) {
  std::vector<Verdict*> judged;
  std::vector<double> p;
  for (auto& row : rows) {
    Verdict& of_row = std::invoke(verdict, row);
    if (of_row.label == Label::failed) continue;
    judged.push_back(&of_row);
    p.push_back(of_row.p);
  }
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < judged.size(); ++i) judged[i]->adjusted_p = adjusted[i];
}

// What a change has to be, as a ratio - 1, for log ratios with this noise (of equals, about 0) to
// be called different with probability .9: the sign test has to reject at `level`, the hardest of
// Holm's, and the median has to leave the margin.
double minimum_detectable_effect(const std::vector<double>& noise, double level, double margin);

// The label of a row that has ratio, interval and p.
Label label_of(const Verdict& row, double share, double margin);

// Whether any row is a regression or an improvement.
bool any_different(const Judgement& judgement);

}  // namespace reprise::compare
