// Compares the whole network's gradient with finite differences, for every activation x loss x
// regularizer x kind of input. One step of SGD with learning rate 1 moves the weights by minus the
// gradient. In double, without the means that Keras takes in float32.
#include <gtest/gtest.h>

#include <cmath>

#include "reprise/core/named.hpp"
#include "reprise/nn/sequential.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

constexpr std::size_t kRows = 5, kInputs = 4, kUnits = 3;

struct Case {
  Activation activation;
  Loss loss;
  std::optional<Regularizer> regularizer;
  bool sparse;  // binary CSR rows, else dense rows
};

std::vector<Case> every_case() {
  std::vector<std::optional<Regularizer>> regularizers{std::nullopt};
  for (const Regularizer& rule :
       {Regularizer(L1{0.02}), Regularizer(L2{0.03}), Regularizer(L1L2{0.02, 0.03})}) {
    regularizers.push_back(rule);
  }
  std::vector<Case> cases;
  for (const Activation& activation : alternatives<Activation>()) {
    for (const Loss& loss : testing::every_loss()) {
      for (const auto& regularizer : regularizers) {
        for (const bool sparse : {false, true})
          cases.push_back({activation, loss, regularizer, sparse});
      }
    }
  }
  return cases;
}

void expect_gradient(const Case& c) {
  const std::string what = std::string(name_of(c.activation)) + ", " +
                           std::string(name_of(c.loss)) +
                           (c.regularizer ? ", " + std::string(name_of(*c.regularizer)) : "") +
                           (c.sparse ? ", csr" : ", dense");
  SCOPED_TRACE(what);
  const Semantics exact{.name = "exact"};
  Runtime keras({.seed = 3, .floatx = Dtype::float64, .semantics = exact, .backend = "reference"});
  const Dense hidden{.units = 4,
                     .activation = c.activation,
                     .bias_initializer = RandomNormal{},
                     .kernel_regularizer = c.regularizer,
                     .bias_regularizer = c.regularizer,
                     .activity_regularizer = c.regularizer};
  // whether or not they sum to 1, the last layer's probabilities lie inside the clip
  Sequential model(keras, {hidden, Dense{.units = kUnits, .activation = sigmoid}});
  model.compile({.optimizer = SGD{.learning_rate = 1.0}, .loss = c.loss});
  const auto dense = testing::random_matrix<double>(kRows, kInputs, 5);
  const Csr csr = testing::random_csr(kRows, kInputs, 0.6, 6);
  const InputArray x = c.sparse ? InputArray(csr.view()) : InputArray(dense.view());
  Matrix<double> y = testing::random_matrix<double>(kRows, kUnits, 7, 0.0, 1.0);
  if (has_sparse_targets(c.loss)) {
    y = Matrix<double>(kRows, 1);
    for (std::size_t i = 0; i < kRows; ++i) y(i, 0) = static_cast<double>(i % kUnits);
  }

  model.build(kInputs);
  const auto before = model.get_weights();
  model.fit(x, y, {.batch_size = kRows, .shuffle = false});
  const auto after = model.get_weights();
  auto weights = before;
  const auto loss_at = [&] {
    model.set_weights(weights);
    return model.evaluate(x, y).at("loss");
  };
  for (std::size_t v = 0; v < weights.size(); ++v) {
    for (std::size_t i = 0; i < weights[v].view().flat().size(); ++i) {
      double& w = weights[v].view().data[i];
      const double h = 1e-5, middle = w;
      const double gradient = middle - after[v].view().data[i];
      w = middle + h;
      const double up = loss_at();
      w = middle - h;
      const double down = loss_at();
      w = middle;
      ASSERT_NEAR(gradient, (up - down) / (2 * h), 2e-8 + 1e-7 * std::abs(gradient))
          << "variable " << v << ", value " << i;
    }
  }
}

TEST(Gradient, OfEveryCombinationMeetsFiniteDifferences) {
  for (const Case& c : every_case()) {
    expect_gradient(c);
    if (HasFatalFailure()) return;
  }
}

// A custom loss with the library's formula gives the same run.
TEST(CustomLoss, OfTheSameFormulaGivesTheSameRun) {
  const auto train = [](const Loss& loss, const MetricArgument& metric) {
    Runtime keras({.seed = 1,
                   .floatx = Dtype::float64,
                   .semantics = {.name = "exact"},
                   .backend = "reference"});
    Sequential model(keras, {Dense{4, relu}, Dense{2}});
    model.compile({.optimizer = Adam{}, .loss = loss, .metrics = {metric}});
    return model.fit(testing::random_matrix<double>(20, 3, 1).view(),
                     testing::random_matrix<double>(20, 2, 2).view(),
                     {.epochs = 3, .batch_size = 6});
  };
  const auto value = [](std::span<const double> t, std::span<const double> p) {
    double sum = 0;
    for (std::size_t j = 0; j < t.size(); ++j) sum += (t[j] - p[j]) * (t[j] - p[j]);
    return sum / static_cast<double>(t.size());
  };
  const CustomLoss own{
      .name = "own", .value_of = value, .gradient_of = [](auto t, auto p, auto out) {
        for (std::size_t j = 0; j < t.size(); ++j) {
          out[j] = 2 * (p[j] - t[j]) / static_cast<double>(t.size());
        }
      }};
  const History wanted = train(MeanSquaredError{}, "mse");
  const History got = train(own, Metric(CustomMetric{.name = "own", .value_of = value}));
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    EXPECT_NEAR(got.at("loss")[epoch], wanted.at("loss")[epoch], 1e-14);
    EXPECT_NEAR(got.at("own")[epoch], wanted.at("mse")[epoch], 1e-14);
  }
}

}  // namespace
}  // namespace reprise
