// The listings that Boston housing (3.26 to 3.31; 4.25 to 4.30 of the second edition) and
// California housing (4.26 to 4.32 of the third) share. Boston's samples are float64, California's
// float32.
#pragma once

#include <cstddef>

#include "reprise/core/matrix.hpp"
#include "reprise/nn/sequential.hpp"
#include "repro/catalogue.hpp"
#include "repro/run.hpp"

namespace reprise::book {

inline constexpr std::size_t kFolds = 4;
inline constexpr int kSkippedEpochs = 10;  // their scale differs from that of the rest of the curve

// Hidden layers (in the book two Dense{64, relu}) and one linear output, compiled.
Sequential price_model(Run& run, const Settings& settings);

// The book passes verbose=0 to every fit of these listings.
FitOptions silent(FitOptions options);

// Each quarter of the training data validates a network trained on the other three. Prints the mean
// absolute errors and records their mean, "mean_mae". x has a row for each sample, y one column.
template <class T>
void kfold(Run& run, const Settings& settings, MatrixView<const T> x, MatrixView<const T> y);

// Trains longer, draws the validation MAE of each epoch, and records after how many epochs it is
// lowest: "best_epoch" of the smoothed curve or, without smoothing, "lowest_epoch".
template <class T>
void kfold_with_curve(Run& run, const Settings& settings, MatrixView<const T> x,
                      MatrixView<const T> y);

constexpr Listing kfold_listing(Listing::Function run) {
  return {.run = run, .fits = kFolds, .evaluations = kFolds, .result = "mean_mae"};
}
constexpr Listing kfold_curve_listing(Listing::Function run) {
  return {.run = run,
          .fits = kFolds,
          .result = "best_epoch",
          .alternative = "lowest_epoch",
          .result_after = kSkippedEpochs};
}

}  // namespace reprise::book
