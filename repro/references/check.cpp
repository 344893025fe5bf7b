#include "repro/references/check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "reprise/core/error.hpp"
#include "repro/editions.hpp"
#include "repro/provenance.hpp"
#include "repro/references/against_keras.hpp"
#include "repro/references/quantities.hpp"
#include "repro/references/reference_runs.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

// A seed without a stored run has to lie within so many standard deviations of published re-runs.
// Their 27 to 29 draws understate the tail: of seeds 100 to 200 the farthest figure lies 5.8 out.
constexpr double kBandWidth = 8.0;
constexpr int kFewestReruns = 10;
// The figures that the band is about; late curves differ between versions of Keras.
constexpr const char* kBandFigures[] = {"min_val_loss",  "max_val_accuracy", "test_loss",
                                        "test_accuracy", "test_mae",         "mean_mae"};

Verdict against_band(const json& run, const json& reruns) {
  Verdict verdict{.held = true};
  const auto ours = quantities_of(run);
  for (const char* name : kBandFigures) {
    const auto figure = find_quantity(ours, name);
    if (!figure || !reruns.at("figures").contains(name)) continue;
    const json& spread = reruns["figures"][name];
    if (spread.at("n") < kFewestReruns) continue;
    const double mean = spread.at("mean"), width = kBandWidth * spread.at("sd").get<double>();
    const bool inside = std::abs(figure->value - mean) <= width;
    verdict.held = verdict.held && inside;
    verdict.line +=
        fmt::format("{}{} {:.4f} {} {:.4f}..{:.4f}", verdict.line.empty() ? "" : ", ", name,
                    figure->value, inside ? "within" : "OUTSIDE", mean - width, mean + width);
  }
  if (verdict.line.empty()) {
    return {.held = true,
            .compared = false,
            .line = "no Keras run of this seed, too few published re-runs"};
  }
  verdict.line = "no Keras run of this seed; band of published re-runs: " + verdict.line;
  return verdict;
}

// The verdict with a word on whose data it is about.
Verdict marked(const json& run, Verdict verdict) {
  verdict.line = provenance_prefix(run) + verdict.line;
  return verdict;
}

}  // namespace

Verdict check_run(const json& run, const std::filesystem::path& results) {
  const std::string experiment = run.at("experiment");
  if (run.at("data").at("standin")) {
    return {.held = true, .compared = false, .line = kStandinNote};
  }
  try {
    if (const auto keras = keras_run_of(run, results)) {
      return marked(run, against_keras(run, *keras));
    }
    const auto book = book_of(run, results);
    if (!has_book_settings(run)) {
      return {.held = true,
              .compared = false,
              .line = "changed settings: nothing stored to compare with"};
    }
    if (book && run.at("edition") == first_edition_with(*find_anywhere(experiment))) {
      return marked(run, against_band(run, book->at("reruns")));
    }
  } catch (const json::exception& error) {
    throw Error(fmt::format("--check: file of {} under {} has not the expected form: {}",
                            experiment, results.string(), error.what()));
  }
  return {.held = true,
          .compared = false,
          .line = "no Keras run of this seed, no published re-runs of these settings"};
}

}  // namespace reprise::book
