// Chapter 3 of the second and third edition: telling two clouds of points apart.
//   clouds                                     by hand, then with Keras, and their losses
//   clouds --experiment clouds_dense --seed 7  only the Dense layer, with another seed
// Expect a training loss of about .025 by hand, and a validation accuracy of .98 to .99 with Keras.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

#include "reprise/nn/sequential.hpp"
#include "repro/by_hand.hpp"
#include "repro/sections.hpp"

namespace reprise::book {

namespace {

constexpr std::size_t kSamplesPerClass = 1000;

// np.random.multivariate_normal(mean, [[1, .5], [.5, 1]], size=1000): NumPy multiplies normal
// numbers by sqrt(s) V of the covariance's singular value decomposition U s V, which here is s
// = 1.5 and .5 with rows (-1, -1) / sqrt(2) and (-1, 1) / sqrt(2) of V.
void draw_cloud(Run& run, std::array<double, 2> mean, MatrixView<float> points) {
  const double first = std::sqrt(1.5) * std::sqrt(0.5), second = std::sqrt(0.5) * std::sqrt(0.5);
  NumpyRandom& random = run.keras.streams().numpy;
  for (std::size_t i = 0; i < points.rows; ++i) {
    const double along = random.standard_normal(), across = random.standard_normal();
    points(i, 0) = static_cast<float>(mean[0] + (along * -first + across * -second));
    points(i, 1) = static_cast<float>(mean[1] + (along * -first + across * second));
  }
}

struct Clouds {
  Matrix<float> inputs{2 * kSamplesPerClass, 2};   // a point each
  Matrix<float> targets{2 * kSamplesPerClass, 1};  // 0 for the first cloud, 1 for the second
};

Clouds draw_clouds(Run& run) {
  Clouds clouds;
  const MatrixView<float> all = clouds.inputs.view();
  draw_cloud(run, {0, 3}, all.slice(0, kSamplesPerClass));
  draw_cloud(run, {3, 0}, all.slice(kSamplesPerClass, 2 * kSamplesPerClass));
  for (std::size_t i = kSamplesPerClass; i < 2 * kSamplesPerClass; ++i) clouds.targets(i, 0) = 1;
  return clouds;
}

// predictions = inputs W + b
template <class T>
struct LinearModel {
  Matrix<T> W, b;

  Matrix<T> operator()(const Matrix<T>& inputs) const {
    Matrix<T> predictions(inputs.rows(), 1);
    for (std::size_t i = 0; i < inputs.rows(); ++i) {
      predictions(i, 0) = inputs(i, 0) * W(0, 0) + inputs(i, 1) * W(1, 0) + b(0, 0);
    }
    return predictions;
  }
};

// One step of gradient descent on all points; returns the mean squared error before it. The book
// leaves the gradients to GradientTape.
template <class T>
double training_step(LinearModel<T>& model, const Matrix<T>& inputs, const Matrix<T>& targets,
                     T learning_rate) {
  const Matrix<T> predictions = model(inputs);
  const T samples = static_cast<T>(inputs.rows());
  double loss = 0;
  std::array<double, 3> gradient = {};  // of W and b; summed in double
  for (std::size_t i = 0; i < inputs.rows(); ++i) {
    const T error = predictions(i, 0) - targets(i, 0);
    loss += error * error;
    const T slope = 2 * error / samples;
    gradient[0] += slope * inputs(i, 0);
    gradient[1] += slope * inputs(i, 1);
    gradient[2] += slope;
  }
  model.W(0, 0) -= static_cast<T>(gradient[0]) * learning_rate;
  model.W(1, 0) -= static_cast<T>(gradient[1]) * learning_rate;
  model.b(0, 0) -= static_cast<T>(gradient[2]) * learning_rate;
  return loss / static_cast<double>(inputs.rows());
}

double accuracy_of(const auto& predictions, const auto& targets) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < predictions.rows(); ++i) {
    right += (predictions(i, 0) > 0.5) == (targets(i, 0) > 0.5);
  }
  return static_cast<double>(right) / static_cast<double>(predictions.rows());
}

template <class T>
void train_by_hand(Run& run, const Settings& settings) {
  const Clouds clouds = draw_clouds(run);
  const Matrix<T> inputs = as_type<T>(clouds.inputs);
  const Matrix<T> targets = as_type<T>(clouds.targets);
  const auto [low, high] = *settings.initial_weights;
  LinearModel<T> model{as_type<T>(uniform_kernel(run, 2, 1, low, high)), Matrix<T>(1, 1)};
  const T learning_rate = static_cast<T>(std::get<SGD>(settings.optimizer).learning_rate);

  std::vector<double> losses;
  const auto train = [&] {
    for (int step = 0; step < settings.epochs; ++step) {
      losses.push_back(training_step(model, inputs, targets, learning_rate));
      run.print(fmt::format("Loss at step {}: {:.4f}", step, losses.back()));
    }
    return History{{"loss", losses}};
  };
  const auto weights = [&] {
    return std::vector{variable_of("W", model.W), variable_of("b", model.b, true)};
  };
  run.record_fit(weights, train);
  const double accuracy = accuracy_of(model(inputs), targets);
  run.keep_result("train_accuracy", accuracy);
  run.print(fmt::format("right for {:.4f} of the points", accuracy));
  run.draw({run.id() + "_loss", "Training loss", "Loss", {{"Training loss", true, losses}}});
}

void linear_by_hand(Run& run, const Settings& settings) {
  run.with_floatx([&]<class T>(T) { train_by_hand<T>(run, settings); });
}

// The rows of a matrix in another order: matrix[order].
Matrix<float> in_order(const Matrix<float>& matrix, std::span<const std::int32_t> order) {
  Matrix<float> rows(matrix.rows(), matrix.cols());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto row = matrix.view().row(static_cast<std::size_t>(order[i]));
    std::ranges::copy(row, rows.view().row(i).begin());
  }
  return rows;
}

// The same points with Keras: 30 % of them, after a permutation, validate.
void dense_layer(Run& run, const Settings& settings) {
  const Clouds clouds = draw_clouds(run);
  Sequential model(run.keras, hidden_layers(settings));  // in the book there are none
  model.add(Dense{1});
  model.compile(
      {.optimizer = settings.optimizer, .loss = settings.loss, .metrics = settings.metrics});

  const auto indices_permutation = run.keras.streams().numpy.permutation(2 * kSamplesPerClass);
  const Matrix<float> inputs = in_order(clouds.inputs, indices_permutation);
  const Matrix<float> targets = in_order(clouds.targets, indices_permutation);
  const std::size_t samples = inputs.rows(), validation = 3 * samples / 10;
  const FitOptions options = run.fit_options(
      settings, ValidationData{inputs.slice(0, validation), targets.slice(0, validation)});
  const bool splits = options.validation_split > 0;  // --validation-split, of all points
  const std::size_t first = splits ? 0 : validation;
  const History history =
      model.fit(inputs.slice(first, samples), targets.slice(first, samples), options);
  run.plot(history, "loss");
}

}  // namespace

Section clouds_section() {
  return {
      .program = "clouds",
      .section_numbers = {"", "3.5", "3"},
      .notebook = "",
      .title = "Linear classifier of two clouds of points",
      .chinese_title = "线性分类器",
      .data = "",
      .experiments =
          {
              {"clouds_linear",
               "by hand: 40 steps of gradient descent on 2,000 points",
               {.optimizer = SGD{.learning_rate = 0.1},
                .loss = MeanSquaredError{},
                .metrics = {},
                .epochs = 40,
                .batch_size = 2 * kSamplesPerClass,
                .initial_weights = UniformRange{0, 1}},
               Listing{.run = linear_by_hand, .result = "train_accuracy", .by_hand = true},
               EditionNumbers{"", "3.5", "3"}},
              {"clouds_dense",
               "the same with one Dense layer, validated on 30 % of the points",
               {.optimizer = RMSprop{.learning_rate = 0.1},
                .loss = MeanSquaredError{},
                .metrics = {BinaryAccuracy{}},
                .epochs = 5,
                .batch_size = 16},
               Listing{.run = dense_layer},
               EditionNumbers{"", "3.6", "3"}},
          },
      .flow = {"clouds_linear", "clouds_dense"},
  };
}

}  // namespace reprise::book
