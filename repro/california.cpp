// Section 4.3 of the third edition: predicting house prices in California, a regression.
//   california                                      4 folds of 50 epochs, then the final network
//   california --experiment california_kfold_200    the long run that suggests 130 epochs
// Expect a mean absolute error of .28 to .30 (100,000 $) over the folds and of about .31 on the
// test set.
#include <fmt/format.h>

#include "reprise/data/california_housing.hpp"
#include "reprise/data/normalize.hpp"
#include "repro/house_prices.hpp"
#include "repro/run.hpp"
#include "repro/sections.hpp"

namespace reprise::book {

namespace {

// Listings 4.22 to 4.24: 480 training and 120 test samples. Each feature is normalised by its mean
// and standard deviation in the training data, and prices are in units of 100,000 $.
california_housing::Dataset load_housing(DatasetFiles& files) {
  auto [train, test] = california_housing::load_data(
      files.find("california_housing.npz"), {.version = california_housing::Version::small});
  const NormalizationF32 normalization = measure_at_once(train.x);
  for (auto* districts : {&train, &test}) {
    normalization.apply(districts->x.view());
    for (float& price : districts->y.view().flat()) price /= 100000;
  }
  return {std::move(train), std::move(test)};
}

void kfold_run(Run& run, const Settings& settings) {
  const auto& train = run.load(load_housing).train;
  kfold<float>(run, settings, train.x, train.y);
}

void kfold_run_with_curve(Run& run, const Settings& settings) {
  const auto& train = run.load(load_housing).train;
  kfold_with_curve<float>(run, settings, train.x, train.y);
}

// Listing 4.33: trains a new network on all training data, evaluates it on the test set
// and predicts the first price of it.
void final_run(Run& run, const Settings& settings) {
  const auto& [train, test] = run.load(load_housing);
  Sequential model = price_model(run, settings);
  model.fit(train.x, train.y, silent(run.fit_options(settings)));
  const Logs results = model.evaluate(test.x, test.y);
  run.print(fmt::format("test_mean_absolute_error: {:.4f}, an error of {:.0f} $ on average",
                        results.at("mae"), 100000 * results.at("mae")));
  const Matrix<double> predictions = model.predict(test.x);
  run.keep_predictions(predictions);
  run.print(fmt::format("predictions[0]: {:.4f}", predictions(0, 0)));
}

}  // namespace

Section california_section() {
  const auto book = [](int epochs) {
    return Settings{.units = {64, 64},
                    .optimizer = Adam{},
                    .loss = MeanSquaredError{},
                    .metrics = {"mae"},
                    .epochs = epochs,
                    .batch_size = 16,
                    .smoothing = 0};
  };
  return {
      .program = "california",
      .section_numbers = {"", "", "4.3"},
      .notebook = "",
      .title = "Predicting house prices: a regression example",
      .chinese_title = "预测房价：回归问题",
      .data = "california_housing.npz",
      .experiments =
          {
              {"california_kfold", "4 folds of 50 epochs", book(50), kfold_listing(kfold_run),
               EditionNumbers{"", "", "4.24-4.28"}},
              {"california_kfold_200", "4 folds of 200 epochs, and the validation MAE by epoch",
               book(200), kfold_curve_listing(kfold_run_with_curve),
               EditionNumbers{"", "", "4.29-4.32"}},
              {"california_final",
               "trained on all 480 samples for 130 epochs, evaluated on the test set", book(130),
               Listing{.run = final_run, .evaluations = 1, .predicts = true},
               EditionNumbers{"", "", "4.33"}},
          },
      .flow = {"california_kfold", "california_final"},
  };
}

}  // namespace reprise::book
