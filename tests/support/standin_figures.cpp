#include "tests/support/standin_figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "reprise/data/normalize.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/split.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise::testing {

namespace {

constexpr int kNumWords = 10000;
constexpr std::size_t kBatch = 512;

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double correlation(MatrixView<const double> x, std::size_t column, MatrixView<const double> y) {
  double product = 0;
  const auto mean_x = column_means(x)[column], mean_y = column_means(y)[0];
  for (std::size_t i = 0; i < x.rows; ++i) product += (x(i, column) - mean_x) * (y(i, 0) - mean_y);
  return product / static_cast<double>(x.rows) / column_stds(x)[column] / column_stds(y)[0];
}

// Where overfitting begins, how good the network is there, and what is left in the end.
DataFigures curve_figures(const History& history) {
  const auto& loss = history.at("val_loss");
  const auto& accuracy = history.at("val_accuracy");
  const auto lowest = std::ranges::min_element(loss);
  const auto highest = std::ranges::max_element(accuracy);
  return {{"lowest val_loss", *lowest, 3, 0},
          {"its epoch", static_cast<double>(lowest - loss.begin() + 1), 0, 0},
          {"highest val_accuracy", *highest, 3, 0},
          {"its epoch (accuracy)", static_cast<double>(highest - accuracy.begin() + 1), 0, 0},
          {"last val_accuracy", accuracy.back(), 3, 0},
          {"last val_loss", loss.back(), 3, 0}};
}

Sequential reuters_model(Runtime& keras) {
  Sequential model(keras, {Dense{64, relu}, Dense{64, relu}, Dense{reuters::kClasses, softmax}});
  model.compile(
      {.optimizer = RMSprop{}, .loss = CategoricalCrossentropy{}, .metrics = {"accuracy"}});
  return model;
}

Sequential boston_model(Runtime& keras) {
  Sequential model(keras, {Dense{64, relu}, Dense{64, relu}, Dense{1}});
  model.compile({.optimizer = RMSprop{}, .loss = MeanSquaredError{}, .metrics = {"mae"}});
  return model;
}

}  // namespace

DataFigures text_figures(const CsrView& x) {
  std::vector<double> rows_of_word(x.cols);
  std::vector<std::size_t> seen_in(x.cols);  // batch + 1
  double distinct = 0;
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (const std::int32_t column : x.row(i)) {
      const auto word = static_cast<std::size_t>(column);
      ++rows_of_word[word];
      const std::size_t batch = i / kBatch;
      // whole batches only: the last one is shorter
      if (batch < x.rows / kBatch && seen_in[word] != batch + 1) ++distinct;
      seen_in[word] = batch + 1;
    }
  }
  std::ranges::sort(rows_of_word, std::greater<>());
  const auto sum = [&](std::ptrdiff_t words) {
    return std::accumulate(rows_of_word.begin(), rows_of_word.begin() + words, 0.0);
  };
  const double ones = sum(static_cast<std::ptrdiff_t>(x.cols));
  return {
      {"ones a row", ones / static_cast<double>(x.rows), 1, .05},
      {"distinct words a batch of 512", distinct / static_cast<double>(x.rows / kBatch), 0, .05},
      {"share of the 256 most frequent words", sum(256) / ones, 3, .05},
      {"share of the 1,024 most frequent words", sum(1024) / ones, 3, .05}};
}

DataFigures pixel_figures(const mnist::Dataset& data) {
  const auto share = [](const mnist::Digits& digits) {
    const auto pixels = digits.images.view().flat();
    return static_cast<double>(pixels.size() -
                               static_cast<std::size_t>(std::ranges::count(pixels, 0))) /
           static_cast<double>(pixels.size());
  };
  return {{"pixels not 0, train set", share(data.train), 3, .05},
          {"pixels not 0, test set", share(data.test), 3, .05}};
}

DataFigures price_figures(const boston_housing::Dataset& data) {
  const auto& [x, y] = data.train;
  return {{"mean price", column_means(y)[0], 1, .05},
          {"its standard deviation", column_stds(y)[0], 1, 0},
          {"correlation of price and rooms", correlation(x, 5, y), 2, 0},
          {"correlation of price and poverty", correlation(x, 12, y), 2, 0}};
}

DataFigures learn_imdb(const texts::Dataset& data, std::uint32_t seed) {
  const Csr x = multi_hot(data.train.sequences, kNumWords);
  const Csr x_test = multi_hot(data.test.sequences, kNumWords);
  const Matrix<float> y = as_column(data.train.labels), y_test = as_column(data.test.labels);
  Runtime keras({.seed = seed});
  const auto build = [&] {
    Sequential model(keras, {Dense{16, relu}, Dense{16, relu}, Dense{1, sigmoid}});
    model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
    return model;
  };
  const ValidationData validation{x.slice(0, 10000), y.slice(0, 10000)};
  DataFigures figures = curve_figures(
      build().fit(x.slice(10000, 25000), y.slice(10000, 25000),
                  {.epochs = 20, .batch_size = kBatch, .validation_data = validation}));
  Sequential model = build();
  model.fit(x, y, {.epochs = 4, .batch_size = kBatch});
  figures.push_back(
      {"test accuracy after 4 epochs", model.evaluate(x_test, y_test).at("accuracy"), 3, 0});
  return figures;
}

DataFigures learn_reuters(const texts::Dataset& data, std::uint32_t seed) {
  const Csr x = multi_hot(data.train.sequences, kNumWords);
  const Csr x_test = multi_hot(data.test.sequences, kNumWords);
  const Matrix<float> y = to_categorical(data.train.labels, reuters::kClasses);
  const Matrix<float> y_test = to_categorical(data.test.labels, reuters::kClasses);
  Runtime keras({.seed = seed});
  const auto x_part = x.slice(1000, x.rows());
  const auto y_part = y.slice(1000, y.rows());
  const ValidationData validation{x.slice(0, 1000), y.slice(0, 1000)};
  DataFigures figures = curve_figures(reuters_model(keras).fit(
      x_part, y_part, {.epochs = 20, .batch_size = kBatch, .validation_data = validation}));
  Sequential model = reuters_model(keras);
  model.fit(x_part, y_part, {.epochs = 9, .batch_size = kBatch});
  figures.push_back(
      {"test accuracy after 9 epochs", model.evaluate(x_test, y_test).at("accuracy"), 3, 0});
  return figures;
}

DataFigures learn_mnist(const mnist::Dataset& data, std::uint32_t seed, int epochs) {
  Runtime keras({.seed = seed});
  Sequential model(keras, {Dense{512, relu}, Dense{mnist::kClasses, softmax}});
  model.compile(
      {.optimizer = RMSprop{}, .loss = CategoricalCrossentropy{}, .metrics = {"accuracy"}});
  const Matrix<float> x = mnist::scaled(data.train.images), y = to_categorical(data.train.labels);
  const Matrix<float> x_test = mnist::scaled(data.test.images);
  const Matrix<float> y_test = to_categorical(data.test.labels);
  model.fit(x.view(), y.view(), {.epochs = epochs, .batch_size = 128});
  return {{"test accuracy after 5 epochs",
           model.evaluate(x_test.view(), y_test.view()).at("accuracy"), 3, 0}};
}

DataFigures learn_boston(const boston_housing::Dataset& data, std::uint32_t seed, int epochs) {
  constexpr std::size_t kFolds = 4;
  auto [train, test] = data;
  const Normalization scale = measure(train.x);
  scale.apply(train.x.view());
  scale.apply(test.x.view());
  Runtime keras({.seed = seed});
  std::vector<double> maes;
  for (std::size_t i = 0; i < kFolds; ++i) {
    const Fold fold = make_fold(train.x, train.y, i, kFolds);
    Sequential model = boston_model(keras);
    model.fit(fold.partial_train_x.view(), fold.partial_train_y.view(),
              {.epochs = epochs, .batch_size = 1});
    maes.push_back(model.evaluate(fold.val_x, fold.val_y).at("mae"));
  }
  Sequential model = boston_model(keras);
  model.fit(train.x.view(), train.y.view(), {.epochs = 80, .batch_size = 16});
  return {
      {"mean MAE of 4 folds", mean(maes), 2, 0},
      {"lowest of them", std::ranges::min(maes), 2, 0},
      {"highest of them", std::ranges::max(maes), 2, 0},
      {"test MAE after 80 epochs", model.evaluate(test.x.view(), test.y.view()).at("mae"), 2, 0}};
}

double figure(const DataFigures& figures, const std::string& name) {
  for (const DataFigure& figure : figures) {
    if (figure.name == name) return figure.value;
  }
  throw std::logic_error("no figure '" + name + "'");
}

}  // namespace reprise::testing
