#include "tests/support/standin_quantities.hpp"

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

constexpr const char* kTop256 = "fraction of ones in the 256 most frequent words";
constexpr const char* kTop1024 = "fraction of ones in the 1,024 most frequent words";

// 5 % where a step's time depends on it. Stand-in digits are a little fatter than real ones; their
// dense rows take the same time whatever the pixels are, hence 15 %.
constexpr Resemblance kResemblances[] = {
    {"imdb", "ones per row", 131.7, .05},
    {"imdb", "distinct words per batch of 512", 7539, .05},
    {"imdb", kTop256, .495, .05},
    {"imdb", kTop1024, .723, .05},
    {"reuters", "ones per row", 81.6, .05},
    {"reuters", "distinct words per batch of 512", 5957, .05},
    {"reuters", kTop256, .492, .05},
    {"reuters", kTop1024, .739, .05},
    {"boston_housing", "mean price", 22.4, .05},
    {"mnist", "fraction of non-zero pixels, train set", .191, .15},
    {"mnist", "fraction of non-zero pixels, test set", .193, .15}};

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double correlation(MatrixView<const double> x, std::size_t column, MatrixView<const double> y) {
  double product = 0;
  const auto mean_x = column_means(x)[column], mean_y = column_means(y)[0];
  for (std::size_t i = 0; i < x.rows; ++i) product += (x(i, column) - mean_x) * (y(i, 0) - mean_y);
  return product / static_cast<double>(x.rows) / column_stds(x)[column] / column_stds(y)[0];
}

// Where overfitting begins, how good the network is there, and how good it is in the end.
DataQuantities curve_quantities(const History& history) {
  const auto& loss = history.at("val_loss");
  const auto& accuracy = history.at("val_accuracy");
  const auto lowest = std::ranges::min_element(loss);
  const auto highest = std::ranges::max_element(accuracy);
  return {
      {"lowest val_loss", *lowest, 3},
      {"epoch of the lowest val_loss", static_cast<double>(lowest - loss.begin() + 1), 0},
      {"highest val_accuracy", *highest, 3},
      {"epoch of the highest val_accuracy", static_cast<double>(highest - accuracy.begin() + 1), 0},
      {"last val_accuracy", accuracy.back(), 3},
      {"last val_loss", loss.back(), 3}};
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

std::span<const Resemblance> required_resemblances() { return kResemblances; }

DataQuantities text_quantities(const CsrView& x) {
  std::vector<double> rows_of_word(x.cols);
  std::vector<std::size_t> seen_in(x.cols);  // the last batch that holds the word, plus 1
  double distinct = 0;
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (const std::int32_t column : x.row(i)) {
      const auto word = static_cast<std::size_t>(column);
      ++rows_of_word[word];
      const std::size_t batch = i / kBatch;
      // only whole batches count: the last one is shorter
      if (batch < x.rows / kBatch && seen_in[word] != batch + 1) ++distinct;
      seen_in[word] = batch + 1;
    }
  }
  std::ranges::sort(rows_of_word, std::greater<>());
  const auto sum = [&](std::ptrdiff_t words) {
    return std::accumulate(rows_of_word.begin(), rows_of_word.begin() + words, 0.0);
  };
  const double ones = sum(static_cast<std::ptrdiff_t>(x.cols));
  return {{"ones per row", ones / static_cast<double>(x.rows), 1},
          {"distinct words per batch of 512", distinct / static_cast<double>(x.rows / kBatch), 0},
          {kTop256, sum(256) / ones, 3},
          {kTop1024, sum(1024) / ones, 3}};
}

DataQuantities pixel_quantities(const mnist::Dataset& data) {
  const auto fraction = [](const mnist::Digits& digits) {
    const auto pixels = digits.images.view().flat();
    return static_cast<double>(pixels.size() -
                               static_cast<std::size_t>(std::ranges::count(pixels, 0))) /
           static_cast<double>(pixels.size());
  };
  return {{"fraction of non-zero pixels, train set", fraction(data.train), 3},
          {"fraction of non-zero pixels, test set", fraction(data.test), 3}};
}

DataQuantities price_quantities(const boston_housing::Dataset& data) {
  const auto& [x, y] = data.train;
  return {{"mean price", column_means(y)[0], 1},
          {"standard deviation of the price", column_stds(y)[0], 1},
          {"correlation of price and rooms", correlation(x, 5, y), 2},
          {"correlation of price and LSTAT", correlation(x, 12, y), 2}};
}

DataQuantities price_quantities(const california_housing::Dataset& data) {
  const auto widened = [](const Matrix<float>& values) {
    Matrix<double> wide(values.rows(), values.cols());
    std::ranges::copy(values.view().flat(), wide.view().flat().begin());
    return wide;
  };
  const Matrix<double> x = widened(data.train.x), y = widened(data.train.y);
  double strongest = 0;
  for (std::size_t feature = 0; feature < x.cols(); ++feature) {
    strongest = std::max(strongest, std::abs(correlation(x, feature, y)));
  }
  return {{"mean price", column_means(y)[0] / 1e5, 2},
          {"standard deviation of the price", column_stds(y)[0] / 1e5, 2},
          {"strongest correlation of the price", strongest, 2}};
}

DataQuantities learn_imdb(const texts::Dataset& data, std::uint32_t seed) {
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
  DataQuantities quantities = curve_quantities(
      build().fit(x.slice(10000, 25000), y.slice(10000, 25000),
                  {.epochs = 20, .batch_size = kBatch, .validation_data = validation}));
  Sequential model = build();
  model.fit(x, y, {.epochs = 4, .batch_size = kBatch});
  quantities.push_back(
      {"test accuracy after 4 epochs", model.evaluate(x_test, y_test).at("accuracy"), 3});
  return quantities;
}

DataQuantities learn_reuters(const texts::Dataset& data, std::uint32_t seed) {
  const Csr x = multi_hot(data.train.sequences, kNumWords);
  const Csr x_test = multi_hot(data.test.sequences, kNumWords);
  const Matrix<float> y = to_categorical(data.train.labels, reuters::kClasses);
  const Matrix<float> y_test = to_categorical(data.test.labels, reuters::kClasses);
  Runtime keras({.seed = seed});
  const auto x_part = x.slice(1000, x.rows());
  const auto y_part = y.slice(1000, y.rows());
  const ValidationData validation{x.slice(0, 1000), y.slice(0, 1000)};
  DataQuantities quantities = curve_quantities(reuters_model(keras).fit(
      x_part, y_part, {.epochs = 20, .batch_size = kBatch, .validation_data = validation}));
  Sequential model = reuters_model(keras);
  model.fit(x_part, y_part, {.epochs = 9, .batch_size = kBatch});
  quantities.push_back(
      {"test accuracy after 9 epochs", model.evaluate(x_test, y_test).at("accuracy"), 3});
  return quantities;
}

DataQuantities learn_mnist(const mnist::Dataset& data, std::uint32_t seed, int epochs) {
  Runtime keras({.seed = seed});
  Sequential model(keras, {Dense{512, relu}, Dense{mnist::kClasses, softmax}});
  model.compile(
      {.optimizer = RMSprop{}, .loss = CategoricalCrossentropy{}, .metrics = {"accuracy"}});
  const Matrix<float> x = mnist::scaled(data.train.images), y = to_categorical(data.train.labels);
  const Matrix<float> x_test = mnist::scaled(data.test.images);
  const Matrix<float> y_test = to_categorical(data.test.labels);
  model.fit(x.view(), y.view(), {.epochs = epochs, .batch_size = 128});
  return {{"test accuracy after 5 epochs",
           model.evaluate(x_test.view(), y_test.view()).at("accuracy"), 3}};
}

DataQuantities learn_boston(const boston_housing::Dataset& data, std::uint32_t seed, int epochs) {
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
  return {{"mean MAE of 4 folds", mean(maes), 2},
          {"lowest MAE of a fold", std::ranges::min(maes), 2},
          {"highest MAE of a fold", std::ranges::max(maes), 2},
          {"test MAE after 80 epochs", model.evaluate(test.x.view(), test.y.view()).at("mae"), 2}};
}

DataQuantities learn_california(const california_housing::Dataset& data, std::uint32_t seed) {
  auto [train, test] = data;
  const NormalizationF32 scale = measure_at_once(train.x);
  for (auto* districts : {&train, &test}) {
    scale.apply(districts->x.view());
    for (float& price : districts->y.view().flat()) price /= 1e5f;
  }
  Runtime keras({.seed = seed});
  Sequential model(keras, {Dense{64, relu}, Dense{64, relu}, Dense{1}});
  model.compile({.optimizer = Adam{}, .loss = MeanSquaredError{}, .metrics = {"mae"}});
  model.fit(train.x, train.y, {.epochs = 130, .batch_size = 16});
  return {{"test MAE after 130 epochs", model.evaluate(test.x, test.y).at("mae"), 3}};
}

double value_of(const DataQuantities& quantities, const std::string& name) {
  for (const DataQuantity& quantity : quantities) {
    if (quantity.name == name) return quantity.value;
  }
  throw std::logic_error("no quantity '" + name + "'");
}

}  // namespace reprise::testing
