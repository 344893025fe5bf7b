#include "repro/references/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "reprise/core/error.hpp"
#include "repro/editions.hpp"
#include "repro/provenance.hpp"
#include "repro/references/quantities.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

// If no Keras run of the seed is stored, each quantity must be within this many standard deviations
// of the mean of the published re-runs. The 27 to 29 re-runs understate the tails: over seeds 100
// to 200 the farthest quantity is 5.8 standard deviations from the mean.
constexpr double kBandWidth = 8.0;
constexpr int kFewestReruns = 10;
// The quantities that are compared with re-runs; late epochs differ between versions of Keras.
constexpr const char* kBandQuantities[] = {"min_val_loss",  "max_val_accuracy", "test_loss",
                                           "test_accuracy", "test_mae",         "mean_mae"};

CheckResult not_compared(const std::string& reason) {
  return {.held = true, .compared = false, .line = "not compared: " + reason};
}

CheckResult check_against_reruns(const RunRecord& run, const json& reruns) {
  std::vector<std::string> inside, outside, details;
  const auto ours = quantities_of(run, run.experiment);
  for (const char* name : kBandQuantities) {
    const auto quantity = find_quantity(ours, name);
    if (!quantity || !reruns.at("figures").contains(name)) continue;
    const json& spread = reruns["figures"][name];
    if (spread.at("n") < kFewestReruns) continue;
    const double mean = spread.at("mean"), width = kBandWidth * spread.at("sd").get<double>();
    const bool within = std::abs(quantity->value - mean) <= width;
    details.push_back(fmt::format("{} {:.4f} {} {:.4f} to {:.4f}", name, quantity->value,
                                  within ? "within" : "OUTSIDE", mean - width, mean + width));
    (within ? inside : outside).push_back(within ? name : details.back());
  }
  if (details.empty()) {
    return not_compared("there is no Keras run of this seed and too few published re-runs");
  }
  const std::string range =
      fmt::format("{} standard deviations of the mean of the published re-runs", kBandWidth);
  const bool held = outside.empty();
  return {.held = held,
          .line = held ? fmt::format("no Keras run has this seed; within {}: {}", range,
                                     fmt::join(inside, ", "))
                       : fmt::format("not within {}: {}", range, fmt::join(outside, ", ")),
          .details = fmt::format("{}", fmt::join(details, ", "))};
}

// Puts the provenance of the run's data before the verdict.
CheckResult with_provenance(const RunRecord& run, CheckResult verdict) {
  verdict.line = provenance_prefix(run.data) + verdict.line;
  return verdict;
}

}  // namespace

CheckResult check_run(const RunRecord& run, const std::filesystem::path& results) {
  if (const std::string sentence = divergence_sentence(run); !sentence.empty()) {
    return with_provenance(run, {.held = false, .line = sentence});
  }
  try {
    if (const auto keras = keras_run_of(run, results)) {
      return with_provenance(run, check_against_keras(run, *keras));
    }
    if (run.data.standin) {
      return {.held = true, .compared = false, .line = kStandinNote};
    }
    const auto book = book_of(run, results);
    if (!has_book_settings(run)) {
      return not_compared("there is no reference run with these settings");
    }
    if (book && run.edition == first_edition_with(*find_anywhere(run.experiment))) {
      return with_provenance(run, check_against_reruns(run, book->at("reruns")));
    }
  } catch (const json::exception& error) {
    throw Error(fmt::format("the file of {} in {} does not have the expected form: {}",
                            run.experiment, results.string(), printable(error.what())));
  }
  return not_compared(
      "there is no Keras run of this seed, and there are no published re-runs of these "
      "settings");
}

std::string verdict_line(const RunRecord& run, const CheckResult& verdict) {
  return fmt::format("{}, seed {}: {}", run.experiment, run.seed, verdict.line);
}

}  // namespace reprise::book
