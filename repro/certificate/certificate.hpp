// The certificate: for each printed log, whether it could be one more run of ours.
// docs/certificate.md explains the method and the verdicts.
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

inline constexpr double kAlpha = 0.05;               // significance level of every verdict
inline constexpr double kLargestShift = 6;           // standard deviations; see Verdict
inline constexpr std::size_t kRecommendedRuns = 39;  // the smallest possible p is then 1/40

enum class Verdict {
  consistent,    // p is above alpha, and the test would have detected a shift of kLargestShift
  inconsistent,  // p is at most alpha
  underpowered,  // p is above alpha, but the test is too weak for that to mean anything: 1 / (N +
                 // 1) is above alpha as well; or the minimum detectable effect of the median
                 // quantity is above kLargestShift, measured either in standard deviations or in
                 // IQR / 1.349 (a diverged seed makes every standard deviation large, but not the
                 // IQR)
};
const char* name_of(Verdict verdict);

// One printed number beside the same number of our runs, which are rounded as it was printed.
struct QuantityComparison {
  std::string label, curve;  // as in PrintedQuantity
  std::size_t epoch = 0;     // from 1; 0 if the number does not belong to an epoch
  double book = 0;
  double percentile = 0;                 // fraction of our runs below, ties counted half
  double low = 0, median = 0, high = 0;  // 5, 50 and 95 % quantiles of our runs
  double deviation = 0;                  // standard deviation of our runs
  // In standard deviations; infinite beyond kLargestShift, NaN if all our runs are equal.
  double minimum_detectable_effect = 0;
  std::vector<double> ours = {};  // our runs by ascending seed; empty if read from a file
};

// How our runs were made.
struct Sample {
  std::string seeds;  // "0..199", "0..4, 9"
  std::string file, sha256;
  bool verified = true;  // the file is the one that Keras accepts
  std::string dtype, backend, arithmetic;
};

// The verdict on one printed log by one group of runs: one test statistic, one p-value.
struct LogVerdict {
  std::string experiment;
  int edition = 1;
  std::string source;        // "print", "notebook"
  std::string semantics;     // of our runs
  bool of_its_time = false;  // these semantics are those of the edition's Keras
  std::size_t runs = 0;      // N
  std::size_t used = 0;      // quantities that vary over our runs and the book
  double p = 1, smallest_p = 1;
  double minimum_detectable_effect = 0;  // of the median quantity, in standard deviations
  double minimum_detectable_effect_iqr =
      0;  // the same in IQR / 1.349, which estimates the standard
          // deviation of normal values from their middle half
  // p without the numbers of epochs, which the author read off a curve by eye and we take from the
  // lowest val_loss. NaN if the log has no such numbers, or nothing else.
  double p_without_epochs = std::numeric_limits<double>::quiet_NaN();
  double holm_p = 1;  // corrected over the family
  Verdict verdict = Verdict::underpowered;
  std::vector<QuantityComparison> quantities;
  std::string two_groups;  // a sentence if the seeds fall into two groups, else ""
  std::vector<std::string> notes;
  Sample sample;
};

// The verdicts that Holm's correction takes together: those in the semantics of their edition's
// Keras are one family, those in each other semantics another.
struct Family {
  std::string name;  // "the book's time", "keras-3.15"
  std::size_t tests = 0;
  std::size_t needed = 0;  // fewest runs with which the correction can reject a log
  std::size_t enough = 0;  // logs with at least that many runs
  std::size_t inconsistent = 0, consistent = 0, underpowered = 0;
  std::size_t rejected = 0;  // inconsistent after the correction
};

// A printed log without runs, because the data file is missing.
struct MissingLog {
  std::string experiment;
  int edition = 1;
  std::string source;
  std::size_t quantities = 0;
};

struct Certificate {
  std::vector<LogVerdict> verdicts;  // in the order of the catalogue, semantics of the time first
  std::vector<Family> families;
  std::vector<MissingLog> missing;
  std::vector<std::string> unprinted;  // groups of which the book prints nothing
};

// Returns the verdict on one log, not yet corrected: holm_p is 1. Throws Error like
// quantities_of_runs.
LogVerdict judge(const RunGroup& group, const PrintedLog& log);

// Returns the verdicts on all logs. `results` is the directory that contains book/. Throws Error if
// the book prints nothing of any group.
Certificate certify(const std::vector<RunGroup>& groups, const std::filesystem::path& results);

// Adds the verdicts of an earlier certificate on other logs, and corrects all of them anew.
void add_verdicts(Certificate& certificate, const Certificate& earlier);

// Returns the printed logs of an experiment whose data file is missing. Throws Error (exit code 2)
// for an unknown experiment.
std::vector<MissingLog> missing_logs(const std::string& experiment,
                                     const std::filesystem::path& results);

// Returns the quantities of a log in our runs, rounded as printed: one row per run, one column per
// quantity. Throws Error that names the run if it lacks a quantity or if a value is not a finite
// float32.
Matrix<double> quantities_of_runs(const RunGroup& group, const PrintedLog& log);

// An experiment and edition of which the book prints numbers.
struct Certifiable {
  std::string program, experiment;
  int edition = 1;
  std::string semantics;  // of its time
  std::size_t quantities = 0;
};
std::vector<Certifiable> certifiable(const std::filesystem::path& results);

}  // namespace reprise::book
