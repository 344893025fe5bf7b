// The verdict on what the book prints: whether each printed log could be one more run of ours. What
// the words mean stands in docs/certificate.md.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "repro/certificate/printed.hpp"
#include "repro/certificate/run_groups.hpp"

namespace reprise::book {

inline constexpr double kAlpha = 0.05;          // of every verdict
inline constexpr double kLargestShift = 6;      // standard deviations; see Verdict::underpowered
inline constexpr std::size_t kRecommendedRuns = 39;  // the fewest that we ask for: p of 1/40

enum class Verdict {
  consistent,    // p above the level, and a deviation of kLargestShift would have been found
  inconsistent,  // p at most the level
  underpowered,  // p above the level, and no wonder: 1 / (N + 1) is above it as well, or the median
                 // figure is told from ours in 90 % of 200 draws at no deviation up to
                 // kLargestShift, or only at one that is larger by the spread of the middle half
                 // of ours (a seed that has diverged makes every standard deviation large)
};
const char* name_of(Verdict finding);

// One printed number among ours, which are rounded as it was.
struct QuantityComparison {
  std::string label, curve;  // as in PrintedQuantity
  std::size_t epoch = 0;     // from 1; 0 of what is none of an epoch
  double book = 0;
  double percentile = 0;                 // share of ours below, equal ones half
  double low = 0, median = 0, high = 0;  // 5, 50 and 95 % of ours
  double deviation = 0;                  // standard deviation of ours
  double detectable = 0;  // standard deviations; infinite beyond kLargestShift, not a number
                          // where all of ours are equal
  std::vector<double> ours = {};  // by ascending seed; empty in what was read from a file
};

// What our runs were made of.
struct Sample {
  std::string seeds;  // "0..199", "0..4, 9"
  std::string file, sha256;
  std::string dtype, backend, arithmetic;
};

// One printed log against one group of runs: one statistic, one p.
struct LogVerdict {
  std::string experiment;
  int edition = 1;
  std::string source;        // "print", "notebook"
  std::string semantics;     // of our runs
  bool of_its_time = false;  // they are those of the edition's Keras
  std::size_t runs = 0;      // N
  std::size_t used = 0;      // figures that vary over the pool
  double p = 1, smallest_p = 1;
  double detectable = 0;         // of the median figure
  double detectable_middle = 0;  // the same with the spread of the middle half of ours, IQR
                                 // / 1.349, which is the standard deviation if they are normal
  // p without the numbers of epochs, which the author read off a curve by eye and we take from the
  // lowest val_loss; not a number where there are none or nothing else
  double p_without_epochs = std::numeric_limits<double>::quiet_NaN();
  double holm_p = 1;  // among the rows of the same family (Family)
  Verdict finding = Verdict::underpowered;
  std::vector<QuantityComparison> figures;
  std::string two_groups;  // of seeds, in which figure and by which p; "" where none were seen
  std::vector<std::string> notes;
  Sample sample;
};

// The rows that are corrected together: those in the semantics of their edition's time, then those
// of each other semantics.
struct Family {
  std::string name;  // "the book's time", "keras-3.15"
  std::size_t tests = 0;
  std::size_t needed = 0;  // runs with which Holm can reject the first of them
  std::size_t enough = 0;  // rows that have so many
  std::size_t inconsistent = 0, consistent = 0, underpowered = 0;
  std::size_t rejected = 0;  // after Holm
};

struct Certificate {
  std::vector<LogVerdict> rows;  // in the catalogue's order, semantics of the time first
  std::vector<Family> families;
  std::vector<std::string> unprinted;  // groups of which the book prints nothing
};

// The row of one log, not yet corrected: holm_p is 1. Throws Error as quantities_of_runs does.
LogVerdict judge(const RunGroup& group, const PrintedLog& log);

// `results`: the folder with book/. Throws Error if the book prints nothing of any group.
Certificate certify(const std::vector<RunGroup>& groups, const std::filesystem::path& results);

// The log's figures of our runs, rounded as printed: a row a run, a column a figure. Throws Error
// that names the run if it lacks one or a figure is nothing that a float32 can be.
Matrix<double> quantities_of_runs(const RunGroup& group, const PrintedLog& log);

// What has figures to be judged, for scripts: an entry an experiment and edition.
struct Certifiable {
  std::string program, experiment;
  int edition = 1;
  std::string semantics;  // of its time
  std::size_t figures = 0;
};
std::vector<Certifiable> certifiable(const std::filesystem::path& results);

}  // namespace reprise::book
