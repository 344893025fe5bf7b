#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repro/catalogue.hpp"
#include "repro/references/check.hpp"
#include "repro/references/reference_runs.hpp"
#include "repro/references/tolerances.hpp"

namespace reprise::book {

namespace {

// NaN stays, and is within no tolerance.
void keep_larger(double& largest, double value) {
  if (value > largest || std::isnan(value)) largest = value;
}

void keep_larger(Differences& largest, const Differences& other) {
  keep_larger(largest.loss, other.loss);
  keep_larger(largest.accuracy, other.accuracy);
  keep_larger(largest.mae, other.mae);
}

void add_difference(Differences& largest, const std::string& name, double ours, double keras,
                    double smallest_scale) {
  const double difference = std::abs(ours - keras);
  // a training loss jumps: the losses of Keras's own imdb_64 go .003, .039, .003, .002
  const double scale = name == "loss" ? 5 * smallest_scale : smallest_scale;
  const double relative = difference / std::max(std::abs(keras), scale);
  if (name.ends_with("loss")) {
    keep_larger(largest.loss, relative);
  } else if (name.ends_with("mae")) {
    keep_larger(largest.mae, relative);
  } else {
    keep_larger(largest.accuracy, difference);
  }
}

bool within(const Differences& differences, const Differences& tolerance) {
  return differences.loss <= tolerance.loss && differences.accuracy <= tolerance.accuracy &&
         differences.mae <= tolerance.mae;
}

// The value of a curve in epoch `e`, which counts from 0; NaN if the run lacks it.
double value_at(const RunResults& run, std::size_t fit, const std::string& curve, std::size_t e) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (fit >= run.history.size()) return kNone;
  const auto found = run.history[fit].find(curve);
  return found == run.history[fit].end() || e >= found->second.size() ? kNone : found->second[e];
}

// The largest differences of the first fits in epoch `e`, which counts from 0.
Differences differences_in_epoch(const RunResults& ours, const RunResults& keras, std::size_t fits,
                                 std::size_t e, double smallest_scale) {
  Differences largest;
  for (std::size_t fit = 0; fit < fits; ++fit) {
    for (const auto& [name, values] : keras.history[fit]) {
      add_difference(largest, name, value_at(ours, fit, name, e), value_at(keras, fit, name, e),
                     smallest_scale);
    }
  }
  return largest;
}

Differences differences_of_evaluations(const RunRecord& ours, const RunResults& keras,
                                       double smallest_scale) {
  const auto& metrics = ours.settings->at("metrics");  // none in a network written by hand
  const std::string metric =
      !metrics.empty() && metrics[0].is_string() ? metrics[0].get<std::string>() : "accuracy";
  Differences largest;
  for (std::size_t i = 0; i < keras.evaluate.size(); ++i) {
    for (std::size_t j = 0; j < keras.evaluate[i].size(); ++j) {
      const bool has = i < ours.evaluate.size() && j < ours.evaluate[i].size();
      add_difference(largest, j == 0 ? "test_loss" : metric,
                     has ? ours.evaluate[i][j] : std::numeric_limits<double>::quiet_NaN(),
                     keras.evaluate[i][j], smallest_scale);
    }
  }
  return largest;
}

// "loss 1.1e-05, accuracy 0.0003", with the MAE in place of the accuracy for a regression.
std::string describe(const Differences& d, bool regression) {
  return fmt::format("loss {:.1e}, ", d.loss) + (regression
                                                     ? fmt::format("MAE {:.1e}", d.mae)
                                                     : fmt::format("accuracy {:.4f}", d.accuracy));
}

// What differs before training begins, or "".
std::string different_start(const RunResults& run, const RunResults& keras) {
  if (run.initial_kernels != keras.initial_kernels) return "the initial weights are different";
  if (run.permutations.empty() && keras.permutations.empty()) return "";  // in the file's order
  const std::size_t keras_epochs = keras.epochs_done(), our_epochs = run.epochs_done();
  // a run of another length has the same batches as far as both go, but only within its first fit
  const std::size_t draws = our_epochs == keras_epochs ? keras.permutations.size()
                                                       : std::min(our_epochs, keras_epochs) + 1;
  for (std::size_t i = 0; i < draws; ++i) {
    if (i >= run.permutations.size() || i >= keras.permutations.size() ||
        run.permutations[i] != keras.permutations[i]) {
      return fmt::format("the batches are different: permutation {} differs", i);
    }
  }
  return "";
}

}  // namespace

CheckResult check_against_keras(const RunRecord& run, const KerasRun& stored) {
  const bool by_hand = find_anywhere(run.experiment)->listing.by_hand;
  const std::string version = by_hand ? "NumPy" : "Keras " + stored.version;
  const RunResults& keras = stored.results;
  if (const std::string start = different_start(run, keras); !start.empty()) {
    return {.line = fmt::format("differs from {}: {}", version, start)};
  }
  const Tolerances tolerances = tolerances_for(run);
  const bool regression = keras.history.front().contains("mae");
  const std::size_t epochs = std::min(run.epochs_done(), keras.epochs_done());
  // with another number of epochs in the first fit, the later ones begin with other random numbers
  const bool same_length = run.epochs_done() == keras.epochs_done();
  const std::size_t fits = same_length ? keras.history.size() : 1;
  std::size_t equal = 0, later_within = 0;  // `equal` counts epochs up to the first difference
  Differences largest, evaluation;
  std::vector<std::string> problems;
  const auto require = [&](const Differences& found, const Differences& tolerance,
                           const char* where) {
    if (within(found, tolerance)) return;
    problems.push_back(fmt::format("{} differs by {} (tolerance {})", where,
                                   describe(found, regression), describe(tolerance, regression)));
  };
  for (std::size_t e = 0; e < epochs; ++e) {
    const Differences found = differences_in_epoch(run, keras, fits, e, tolerances.smallest_scale);
    if (within(found, {tolerances.equal_losses, 1.0, 1.0}) && equal == e) ++equal;
    if (e == 0) require(found, tolerances.first_epoch, "epoch 1");
    if (e > 0 && within(found, tolerances.later_epochs)) ++later_within;
    keep_larger(largest, found);
  }
  const std::size_t needed = tolerances.every_later_epoch ? epochs - 1 : epochs / 2;
  if (later_within < needed) {
    problems.push_back(fmt::format("{} of {} later epochs are within tolerance, {} are needed",
                                   later_within, epochs - 1, needed));
  }
  if (same_length) {
    evaluation = differences_of_evaluations(run, keras, tolerances.smallest_scale);
    require(evaluation, tolerances.evaluation, "the evaluation");
    keep_larger(largest, evaluation);
  }
  if (std::isnan(largest.loss + largest.accuracy + largest.mae)) {
    problems.push_back("a loss or metric is not a number");
  }
  CheckResult verdict{.held = problems.empty()};
  const std::string first_difference =
      equal == epochs ? "" : fmt::format(", first difference in epoch {}", equal + 1);
  verdict.line = fmt::format(
      "{} {}: same initial weights and batches; losses equal within {:.0e} in {} epochs{}{}",
      verdict.held ? "agrees with" : "differs from", version, tolerances.equal_losses,
      equal == epochs ? fmt::format("all {}", epochs)
      : equal == 0    ? fmt::format("none of {}", epochs)
                      : fmt::format("the first {} of {}", equal, epochs),
      fits < keras.history.size() ? " of the first fit" : "", first_difference);
  if (!verdict.held) verdict.line += fmt::format("; {}", fmt::join(problems, "; "));
  verdict.details = fmt::format(
      "largest differences: {}; tolerances: {} in epoch 1, {} in {} of the later epochs, {} in the "
      "evaluation",
      describe(largest, regression), describe(tolerances.first_epoch, regression),
      describe(tolerances.later_epochs, regression),
      tolerances.every_later_epoch ? "each" : "at least half",
      describe(tolerances.evaluation, regression));
  return verdict;
}

}  // namespace reprise::book
