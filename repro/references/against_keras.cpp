#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repro/references/check.hpp"
#include "repro/references/reference_runs.hpp"
#include "repro/references/tolerances.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

// JSON has no NaN; records contain null instead.
double number(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

// NaN stays, and is within no tolerance.
void keep_larger(double& largest, double value) {
  if (value > largest || std::isnan(value)) largest = value;
}

void keep_larger(Differences& largest, const Differences& other) {
  keep_larger(largest.loss, other.loss);
  keep_larger(largest.accuracy, other.accuracy);
  keep_larger(largest.mae, other.mae);
}

void add_difference(Differences& largest, const std::string& name, const json& ours,
                    const json& keras, double smallest_scale) {
  const double difference = std::abs(number(ours) - number(keras));
  // a training loss jumps: the losses of Keras's own imdb_64 go .003, .039, .003, .002
  const double scale = name == "loss" ? 5 * smallest_scale : smallest_scale;
  const double relative = difference / std::max(std::abs(number(keras)), scale);
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

// The largest differences of all fits in epoch `e`, which counts from 0.
Differences differences_in_epoch(const json& ours, const json& keras, std::size_t e,
                                 double smallest_scale) {
  Differences largest;
  for (std::size_t fit = 0; fit < keras.at("history").size(); ++fit) {
    for (const auto& [name, values] : keras["history"][fit].items()) {
      add_difference(largest, name, ours.at("history").at(fit).at(name).at(e), values.at(e),
                     smallest_scale);
    }
  }
  return largest;
}

Differences differences_of_evaluations(const json& ours, const json& keras, double smallest_scale) {
  const json& metric = ours.at("settings").at("metrics").at(0);
  Differences largest;
  for (std::size_t i = 0; i < keras.at("evaluate").size(); ++i) {
    for (std::size_t j = 0; j < keras["evaluate"][i].size(); ++j) {
      add_difference(largest, j == 0 ? "test_loss" : metric.get<std::string>(),
                     ours.at("evaluate").at(i).at(j), keras["evaluate"][i][j], smallest_scale);
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
std::string different_start(const json& run, const json& keras) {
  if (run.at("initial_kernels") != keras.at("initial_kernels")) {
    return "the initial weights are different";
  }
  const std::size_t keras_epochs = epochs_of(keras), our_epochs = epochs_of(run);
  // a run of another length has the same batches as far as both go, but only within its first fit
  const std::size_t draws = our_epochs == keras_epochs ? keras.at("permutations").size()
                                                       : std::min(our_epochs, keras_epochs) + 1;
  for (std::size_t i = 0; i < draws; ++i) {
    if (run.at("permutations").at(i) != keras.at("permutations").at(i)) {
      return fmt::format("the batches are different: permutation {} differs", i);
    }
  }
  return "";
}

}  // namespace

CheckResult check_against_keras(const json& run, const json& keras) {
  const std::string version = "Keras " + keras.at("keras").get<std::string>();
  if (const std::string start = different_start(run, keras); !start.empty()) {
    return {.line = fmt::format("differs from {}: {}", version, start)};
  }
  const Tolerances tolerances = tolerances_for(run);
  const bool regression = keras.at("history").at(0).contains("mae");
  const std::size_t epochs = std::min(epochs_of(run), epochs_of(keras));
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
    const Differences found = differences_in_epoch(run, keras, e, tolerances.smallest_scale);
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
  if (epochs_of(run) == epochs_of(keras)) {
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
      "{} {}: same initial weights and batches; losses equal within {:.0e} in {} epochs{}",
      verdict.held ? "agrees with" : "differs from", version, tolerances.equal_losses,
      equal == epochs ? fmt::format("all {}", epochs)
      : equal == 0    ? fmt::format("none of {}", epochs)
                      : fmt::format("the first {} of {}", equal, epochs),
      first_difference);
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
