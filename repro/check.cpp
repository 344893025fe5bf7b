#include "check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "editions.hpp"
#include "figures.hpp"
#include "origin.hpp"
#include "reprise/core/error.hpp"
#include "stored.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

// How far a float64 run may be from Keras's. Measured: 6e-12 over 20 epochs of IMDB; tanh is XLA's
// own and 2e-8 away.
constexpr double kFloat64Tolerance = 1e-9, kFloat64ToleranceTanh = 1e-6;
// The penalty's derivative jumps where a weight crosses 0.
constexpr double kFloat64ToleranceL1 = 1e-4;
// How far a float32 run may be in its first epoch, before rounding can have turned a ReLU.
// Measured: 1.1e-7 at most over the stored seeds.
constexpr double kFirstEpochTolerance = 1e-5;
// And later, relative to the loss or to kSmallLoss, whichever is more. Keras with another XLA
// setting is up to 3 % from itself (imdb__seed1__algsimp_off).
constexpr double kChaosTolerance = 0.10, kSmallLoss = 0.1;
// Wider where many ReLUs turn, or a curve leaps from epoch to epoch: 512 units, 303 steps an epoch,
// penalties (val_loss of overfit_l1_l2 goes up and down by a sixth). Measured: 12 % at most.
constexpr double kWideTolerance = 0.25;
constexpr std::string_view kMoreChaos[] = {"mnist", "overfit_", "boston_"};
// A seed without a stored run has to lie within so many standard deviations of published re-runs.
// Their 27 to 29 draws understate the tail: of seeds 100 to 200 the farthest figure lies 5.8 out.
constexpr double kBandWidth = 8.0;
constexpr int kFewestReruns = 10;
// The figures that the band is about; late curves differ between versions of Keras.
constexpr const char* kBandFigures[] = {"min_val_loss",  "max_val_accuracy", "test_loss",
                                        "test_accuracy", "test_mae",         "mean_mae"};

// Within this the losses of an epoch count as equal.
double equal_within(const json& run) {
  return run.at("dtype") == "float64" ? kFloat64Tolerance : kFirstEpochTolerance;
}

// JSON has no NaN; records have null in its place.
double number(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

// How far a run is from Keras's: the largest distances so far. NaN stays and holds nowhere.
struct Distance {
  double loss = 0;      // relative
  double accuracy = 0;  // absolute
  double mae = 0;       // relative

  void add(const std::string& name, const json& ours, const json& keras, double smallest_scale) {
    const double distance = std::abs(number(ours) - number(keras));
    // a training loss leaps: Keras's own of imdb_64 goes .003, .039, .003, .002
    const double scale = name == "loss" ? 5 * smallest_scale : smallest_scale;
    const double relative = distance / std::max(std::abs(number(keras)), scale);
    if (name.ends_with("loss")) {
      widen({relative, 0, 0});
    } else if (name.ends_with("mae")) {
      widen({0, 0, relative});
    } else {
      widen({0, distance, 0});
    }
  }
  void widen(const Distance& other) {
    const auto keep_larger = [](double& largest, double value) {
      if (value > largest || std::isnan(value)) largest = value;
    };
    keep_larger(loss, other.loss);
    keep_larger(accuracy, other.accuracy);
    keep_larger(mae, other.mae);
  }
  bool within(const Distance& allowed) const {
    return loss <= allowed.loss && accuracy <= allowed.accuracy && mae <= allowed.mae;
  }
};

// What may lie between us and Keras.
struct Allowed {
  Distance first_epoch, later;
};

Allowed allowed_for(const json& run) {
  const std::string experiment = run.at("experiment");
  if (run.at("dtype") == "float64") {
    // the accuracies count samples, and Keras averages a mae metric in float32
    const double loss =
        run.at("activation") == "tanh" ? kFloat64ToleranceTanh
        : run.at("settings").at("kernel_regularizer").get<std::string>().starts_with("l1 ")
            ? kFloat64ToleranceL1
            : kFloat64Tolerance;
    return {{loss, 1e-3, 1e-6}, {loss, 1e-3, 1e-6}};
  }
  const bool more = std::ranges::any_of(
      kMoreChaos, [&](std::string_view start) { return experiment.starts_with(start); });
  const double wide = more ? kWideTolerance : kChaosTolerance;
  const Distance chaos{wide, 0.02, wide};
  return {more ? chaos : Distance{kFirstEpochTolerance, 1e-3, kFirstEpochTolerance}, chaos};
}

// The distance of all fits at epoch `e`, and of the evaluations where `evaluated`.
Distance distance_at(const json& ours, const json& keras, std::size_t e, bool evaluated) {
  const double smallest_scale = ours["dtype"] == "float64" ? 0.0 : kSmallLoss;
  const std::string metric = ours.at("settings").at("metrics");
  Distance distance;
  for (std::size_t fit = 0; fit < keras.at("history").size(); ++fit) {
    for (const auto& [name, values] : keras["history"][fit].items()) {
      const json& our_values = ours.at("history").at(fit);
      // Keras's stored folds have no validation where our long run has: what both have is compared
      if (our_values.contains(name)) {
        distance.add(name, our_values.at(name).at(e), values.at(e), smallest_scale);
      }
    }
  }
  for (std::size_t i = 0; evaluated && i < keras.at("evaluate").size(); ++i) {
    for (std::size_t j = 0; j < keras["evaluate"][i].size(); ++j) {
      distance.add(j == 0 ? "test_loss" : metric, ours.at("evaluate").at(i).at(j),
                   keras["evaluate"][i][j], smallest_scale);
    }
  }
  return distance;
}

Verdict against_keras(const json& run, const json& keras) {
  if (run.at("initial_kernels") != keras.at("initial_kernels")) {
    return {.line = "initial kernels differ from Keras's"};
  }
  const std::size_t keras_epochs = epochs_of(keras), our_epochs = epochs_of(run);
  const bool same_length = our_epochs == keras_epochs;
  // a longer run goes on where the other ends, but only within its first fit
  const std::size_t draws =
      same_length ? keras.at("permutations").size() : std::min(our_epochs, keras_epochs) + 1;
  for (std::size_t i = 0; i < draws; ++i) {
    if (run.at("permutations").at(i) != keras.at("permutations").at(i)) {
      return {.line = fmt::format("permutation {} differs from Keras's", i)};
    }
  }
  const auto [first, later] = allowed_for(run);
  const std::size_t epochs = std::min(our_epochs, keras_epochs);
  Verdict verdict{.held = true};
  std::size_t equal = 0;
  Distance largest;
  for (std::size_t e = 0; e < epochs; ++e) {
    const Distance distance = distance_at(run, keras, e, same_length && e + 1 == epochs);
    if (distance.within({equal_within(run), 1.0, 1.0}) && equal == e) ++equal;
    verdict.held = verdict.held && distance.within(e == 0 ? first : later);
    largest.widen(distance);
  }
  const std::string parting = equal == epochs ? "" : fmt::format(", parts in epoch {}", equal + 1);
  verdict.line = fmt::format(
      "kernels and permutations equal to Keras's; losses of {} of {} epochs to {:.0e}{}; farthest: "
      "loss {:.1e}, accuracy {:.4f} (allowed {:.0e}, {} in epoch 1, {:.0e}, {} later)",
      equal, epochs, equal_within(run), parting, largest.loss, largest.accuracy, first.loss,
      first.accuracy, later.loss, later.accuracy);
  return verdict;
}

Verdict against_band(const json& run, const json& reruns) {
  Verdict verdict{.held = true};
  const auto ours = figures_of(run);
  for (const char* name : kBandFigures) {
    const auto figure = find_figure(ours, name);
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
  verdict.line = mark_of(run) + verdict.line;
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
    if (book && run.at("edition") == home_edition(*find_anywhere(experiment))) {
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
