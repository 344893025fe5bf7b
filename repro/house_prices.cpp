#include "repro/house_prices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <ranges>
#include <vector>

#include "reprise/data/split.hpp"
#include "reprise/random/streams.hpp"

namespace reprise::book {

// Listing 3.26: hidden layers (in the book two Dense{64, relu}) and one linear output.
Sequential price_model(Run& run, const Settings& settings) {
  Sequential model(run.keras, hidden_layers(settings));
  model.add(Dense{1});
  model.compile(
      {.optimizer = settings.optimizer, .loss = settings.loss, .metrics = settings.metrics});
  return model;
}

FitOptions silent(FitOptions options) {
  options.verbose = 0;
  return options;
}

namespace {

// Calls train(part, i, fold) for each fold, with several threads on a thread of its own: each
// trains a network of its own.
template <class T>
void for_each_fold(
    Run& run, const Settings& settings, MatrixView<const T> x, MatrixView<const T> y,
    const std::function<void(Run& part, std::size_t i, const Fold<T>& fold)>& train) {
  const auto draw = [&] {
    price_model(run, settings);
    const auto kept = static_cast<double>(x.rows - x.rows / kFolds);
    const auto rows =
        static_cast<std::size_t>(std::floor(kept * (1.0 - settings.validation_split)));
    for (int order = 0; order <= settings.epochs; ++order) {  // fit discards its first order
      run.keras.streams().numpy.permutation(rows);
    }
  };
  const auto body = [&](Run& part, std::size_t i) { train(part, i, make_fold(x, y, i, kFolds)); };
  if (settings.patience) {  // nobody knows how many orders a fold draws that may stop early
    for (std::size_t i = 0; i < kFolds; ++i) body(run, i);
  } else {
    run.in_parts(kFolds, draw, body);
  }
}

// Listing 3.31: replaces each point by the exponential moving average of the points up to it.
std::vector<double> smooth_curve(const std::vector<double>& points, double factor) {
  std::vector<double> smoothed;
  for (const double point : points) {
    smoothed.push_back(smoothed.empty() ? point : smoothed.back() * factor + point * (1 - factor));
  }
  return smoothed;
}

}  // namespace

// Listing 3.27: each quarter of the training data validates a network trained on the other three.
template <class T>
void kfold(Run& run, const Settings& settings, MatrixView<const T> x, MatrixView<const T> y) {
  std::array<double, kFolds> scores = {};
  for_each_fold<T>(run, settings, x, y, [&](Run& part, std::size_t i, const Fold<T>& fold) {
    Sequential model = price_model(part, settings);
    model.fit(fold.partial_train_x, fold.partial_train_y, silent(part.fit_options(settings)));
    scores[i] = model.evaluate(fold.val_x, fold.val_y).at("mae");
  });
  double sum_of_scores = 0;
  for (std::size_t i = 0; i < kFolds; ++i) {
    run.print(fmt::format("fold #{}: mean absolute error {:.4f}", i, scores[i]));
    sum_of_scores += scores[i];
  }
  run.keep_result("mean_mae", sum_of_scores / kFolds);
  run.print(fmt::format("mean over the folds: {:.4f}", sum_of_scores / kFolds));
}

// Listings 3.28 to 3.31: trains longer and keeps the validation MAE of each epoch, to see after how
// many epochs the smoothed curve is lowest. The second edition does not smooth it.
template <class T>
void kfold_with_curve(Run& run, const Settings& settings, MatrixView<const T> x,
                      MatrixView<const T> y) {
  std::array<std::vector<double>, kFolds> histories;
  for_each_fold<T>(run, settings, x, y, [&](Run& part, std::size_t i, const Fold<T>& fold) {
    Sequential model = price_model(part, settings);
    const History history =
        model.fit(fold.partial_train_x, fold.partial_train_y,
                  silent(part.fit_options(settings, ValidationData{fold.val_x, fold.val_y})));
    histories[i] = history.at("val_mae");
  });
  const auto lengths = histories | std::views::transform(&std::vector<double>::size);
  std::vector<double> average_mae(std::ranges::min(lengths));  // with --patience they differ
  for (const auto& mae_history : histories) {
    for (std::size_t e = 0; e < average_mae.size(); ++e) average_mae[e] += mae_history[e] / kFolds;
  }
  run.draw({run.id() + "_mae",
            "Validation MAE by epoch",
            "Validation MAE",
            {{"Mean of 4 folds", false, average_mae}}});

  if (average_mae.size() <= kSkippedEpochs) return;
  const bool smooth = settings.smoothing > 0;
  const std::vector<double> kept{average_mae.begin() + kSkippedEpochs, average_mae.end()};
  const auto curve = smooth ? smooth_curve(kept, settings.smoothing) : kept;
  const std::string smoothed = smooth ? ", smoothed" : "";
  run.draw({run.id() + (smooth ? "_smoothed" : "_truncated"),
            "Validation MAE" + smoothed + ", without the first 10 epochs",
            "Validation MAE",
            {{"Mean of 4 folds" + smoothed, false, curve, kSkippedEpochs + 1}}});
  const std::string result = smooth ? "best_epoch" : "lowest_epoch";
  if (!std::ranges::all_of(curve, [](double mae) { return std::isfinite(mae); })) {
    run.keep_result(result, std::numeric_limits<double>::quiet_NaN());  // no epoch is the best
    return;
  }
  const auto best = std::ranges::min_element(curve) - curve.begin() + kSkippedEpochs + 1;
  run.keep_result(result, static_cast<double>(best));
  run.print(fmt::format("the {}curve is lowest after {} epochs", smooth ? "smoothed " : "", best));
}

template void kfold(Run&, const Settings&, MatrixView<const double>, MatrixView<const double>);
template void kfold(Run&, const Settings&, MatrixView<const float>, MatrixView<const float>);
template void kfold_with_curve(Run&, const Settings&, MatrixView<const double>,
                               MatrixView<const double>);
template void kfold_with_curve(Run&, const Settings&, MatrixView<const float>,
                               MatrixView<const float>);

}  // namespace reprise::book
