// Wrong shapes, labels and parameters end in an error of one line and touch no memory. Keras
// refuses the same parameters with a ValueError.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "reprise/nn/sequential.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;
using testing::line_of;
using testing::random_matrix;

TEST(Refusals, ValidationDataOfOtherShapes) {
  Runtime keras;
  Sequential model(keras, {Dense{4, relu}, Dense{1, sigmoid}});
  model.compile({.loss = BinaryCrossentropy{}});
  const auto [x, y] = testing::learnable_reviews(10, 5, 1);
  const auto refusal = [&](const InputArray& x_val, const TargetArray& y_val) {
    return line_of([&] { model.fit(x, y, {.validation_data = ValidationData{x_val, y_val}}); });
  };
  EXPECT_THAT(refusal(Matrix<float>(3, 4000), Matrix<float>(3, 1)),
              HasSubstr("x has 4000 columns, the model was built for 5"));
  const Csr wide = testing::random_csr(3, 4000, 0.5, 1);
  EXPECT_THAT(refusal(wide, Matrix<float>(3, 1)), HasSubstr("x has 4000 columns"));
  EXPECT_THAT(refusal(Matrix<float>(3, 5), Matrix<float>(2, 1)), HasSubstr("3 rows and y has 2"));
  EXPECT_THAT(refusal(Matrix<float>(3, 5), Matrix<float>(3, 2)), HasSubstr("y has 2 columns"));
  EXPECT_EQ(refusal(Matrix<double>(3, 5), Matrix<double>(3, 1)), "");
}

TEST(Refusals, LabelsThatAreNotClasses) {
  Runtime keras;
  const auto x = random_matrix(2, 3, 1);
  for (const float label : {3.0f, -1.0f, 0.5f, std::nanf(""), 1e30f}) {
    Matrix<float> y(2, 1);
    y(1, 0) = label;
    Sequential model(keras, {Dense{3, softmax}});
    model.compile({.loss = SparseCategoricalCrossentropy{}});
    EXPECT_THAT(line_of([&] { model.fit(x, y, {}); }), HasSubstr("in row 1, expected a class"));
    EXPECT_THAT(line_of([&] { model.evaluate(x, y); }), HasSubstr("expected a class"));
  }
}

// A top-k metric with prices as targets and one prediction per sample must not read beyond it.
TEST(Refusals, RealTargetsAreInNoTopK) {
  Runtime keras;
  Sequential model(keras, {Dense{1}});
  model.compile({.loss = MeanSquaredError{}, .metrics = {SparseTopKCategoricalAccuracy{.k = 1}}});
  for (const float price : {22.5e6f, -3.0f, std::nanf("")}) {
    Matrix<float> y(2, 1);
    y(1, 0) = price;
    const Logs logs = model.evaluate(random_matrix(2, 3, 1), y);
    EXPECT_EQ(logs.at("sparse_top_k_categorical_accuracy"), 0.5);
  }
}

TEST(Refusals, ParametersThatKerasRefuses) {
  Runtime keras, first({.semantics = find_semantics("keras-2.2")});
  const auto layer = [&](Layer dense) { return line_of([&] { Sequential(keras, {dense}); }); };
  EXPECT_THAT(layer(Dense{.units = 1, .kernel_regularizer = L2{-0.1}}), HasSubstr("l2 -0.1"));
  EXPECT_THAT(layer(Dense{.units = 1, .bias_regularizer = L1{NAN}}), HasSubstr("l1 nan"));
  EXPECT_THAT(layer(Dense{.units = 1, .activity_regularizer = L1L2{0, INFINITY}}),
              HasSubstr("l2 inf"));
  EXPECT_THAT(layer(Dense{.units = 1, .kernel_initializer = VarianceScaling{.scale = 0}}),
              HasSubstr("scale 0"));
  EXPECT_THAT(layer(Dropout{1.5}), HasSubstr("rate 1.5"));

  const auto optimizer = [](Runtime& process, const Optimizer& chosen) {
    Sequential model(process, {Dense{1}});
    return line_of([&] { model.compile({.optimizer = chosen, .loss = MeanSquaredError{}}); });
  };
  const Adam two_clips{.clipnorm = 1.0, .clipvalue = 0.5};
  EXPECT_THAT(optimizer(keras, two_clips), HasSubstr("several of clipnorm"));
  EXPECT_EQ(optimizer(first, two_clips), "");  // Keras 2 applied both
  EXPECT_THAT(optimizer(keras, SGD{.momentum = -0.1}), HasSubstr("momentum -0.1"));
  EXPECT_THAT(optimizer(keras, SGD{.momentum = NAN}), HasSubstr("momentum nan"));
  EXPECT_THAT(optimizer(keras, Lion{.beta_1 = 0}), HasSubstr("beta_1 0"));
  EXPECT_THAT(optimizer(first, Lion{}), HasSubstr("keras-2.2 does not have it"));
}

// A listing slices a dataset, which may be smaller than Keras's.
TEST(Refusals, SlicesBeyondTheRows) {
  const Csr csr = testing::random_csr(12, 5, 0.5, 1);
  const Matrix<float> matrix(12, 5);
  EXPECT_EQ(csr.slice(3, 12).rows, 9u);
  EXPECT_EQ(matrix.slice(12, 12).rows, 0u);
  EXPECT_THAT(line_of([&] { csr.slice(0, 13); }),
              HasSubstr("found 12 rows, expected rows 0 to 13"));
  EXPECT_THAT(line_of([&] { matrix.slice(10000, 25000); }), HasSubstr("found 12 rows"));
  EXPECT_THAT(line_of([&] { matrix.slice(4, 3); }), HasSubstr("rows 4 to 3"));
}

TEST(Refusals, SampleOrdersOutsideTheData) {
  Runtime keras;
  Sequential model(keras, {Dense{1}});
  model.compile({.loss = MeanSquaredError{}});
  const auto x = random_matrix(4, 2, 1), y = random_matrix(4, 1, 2);
  const auto refusal = [&](std::vector<std::int32_t> order) {
    return line_of([&] { model.fit(x, y, {.sample_order = [=](int) { return order; }}); });
  };
  EXPECT_THAT(refusal({0, 4}), HasSubstr("sample_order: found 4, expected 0 to 3"));
  EXPECT_THAT(refusal({-1}), HasSubstr("found -1"));
  EXPECT_THAT(refusal({}), HasSubstr("sample_order: found no sample"));
  EXPECT_EQ(refusal({3, 3, 0, 1, 2, 3}), "");
}

RuntimeOptions with_semantics(const char* name) { return {.semantics = find_semantics(name)}; }

// Keras 2 and 3 differ in what they refuse (keras/engine/training.py, optimizers.py,
// regularizers.py).
TEST(Refusals, AreThoseOfTheVersion) {
  const auto compile = [](const char* semantics, const Optimizer& optimizer) {
    Runtime keras(with_semantics(semantics));
    Sequential model(keras, {Dense{2, softmax}});
    return line_of(
        [&] { model.compile({.optimizer = optimizer, .loss = CategoricalCrossentropy{}}); });
  };
  const SGD wild{.momentum = 1.5};
  EXPECT_THAT(compile("keras-3.15", wild), HasSubstr("momentum 1.5"));
  EXPECT_THAT(compile("tf.keras-2.9", wild), HasSubstr("momentum 1.5"));
  EXPECT_EQ(compile("keras-2.2", wild), "");
  const Adam decayed{.weight_decay = 0.01};
  EXPECT_EQ(compile("keras-3.15", decayed), "");
  for (const char* older : {"tf.keras-2.9", "keras-2.2", "keras-2.0.8"}) {
    EXPECT_THAT(compile(older, decayed), HasSubstr("does not know its parameter weight_decay"));
  }
  EXPECT_EQ(compile("keras-2.2", Adam{.amsgrad = true}), "");
  EXPECT_THAT(compile("keras-2.0.8", Adam{.amsgrad = true}), HasSubstr("amsgrad"));
  EXPECT_THAT(compile("keras-2.2", RMSprop{.momentum = 0.5}), HasSubstr("momentum"));
  EXPECT_EQ(compile("tf.keras-2.9", SGD{.clipnorm = 1, .clipvalue = 1}), "");
  EXPECT_THAT(compile("tf.keras-2.9", SGD{.clipnorm = 1, .global_clipnorm = 1}),
              HasSubstr("clipnorm"));
  EXPECT_THAT(compile("keras-3.15", AdamW{.weight_decay = {}}), HasSubstr("weight_decay None"));

  const auto add = [](const char* semantics, const Layer& layer) {
    Runtime keras(with_semantics(semantics));
    Sequential model(keras);
    return line_of([&] { model.add(layer); });
  };
  const Dense negative{.units = 2, .kernel_regularizer = L2{-0.1}};
  EXPECT_THAT(add("keras-3.15", negative), HasSubstr("expected 0 or more"));
  EXPECT_EQ(add("keras-2.2", negative), "");
  EXPECT_THAT(add("tf.keras-2.9", Dropout{1.5}), HasSubstr("rate 1.5"));
  EXPECT_EQ(add("keras-2.2", Dropout{1.5}), "");
}

struct Warnings final : Callback {
  std::vector<std::string> all;
  void on_warning(std::string_view text) override { all.emplace_back(text); }
};

// categorical_crossentropy with one output: Keras 2 raised ValueError, Keras 3 warns and trains on.
TEST(Refusals, OneClassIsRefusedByKeras2AndWarnedOfByKeras3) {
  const auto [x, y] = testing::learnable_reviews(10, 5, 1);
  for (const auto& [semantics, refuses, warnings] : {std::tuple("keras-3.15", false, 1u),
                                                     {"tf.keras-2.9", false, 0u},
                                                     {"keras-2.2", true, 0u},
                                                     {"keras-2.0.8", true, 0u}}) {
    Runtime keras(with_semantics(semantics));
    Warnings heard;
    keras.watch(heard);
    Sequential model(keras, {Dense{1, sigmoid}});
    model.compile({.loss = CategoricalCrossentropy{}});
    const std::string line = line_of([&] { model.fit(x, y, {.epochs = 2}); });
    EXPECT_EQ(line.find("y has 1 column") != line.npos, refuses) << semantics << line;
    EXPECT_EQ(heard.all.size(), warnings) << semantics;
  }
}

// Keras 2 went by the loss: with binary_crossentropy, "accuracy" counts each entry of a one-hot
// row.
TEST(Refusals, AccuracyFollowsTheLossInKeras2) {
  const auto x = random_matrix(4, 3, 1);
  Matrix<float> y(4, 46);
  for (std::size_t i = 0; i < 4; ++i) y(i, i) = 1;
  for (const auto& [semantics, lowest, highest] : {std::tuple("keras-2.2", 0.95, 1.0),
                                                   {"keras-2.0.8", 0.95, 1.0},
                                                   {"keras-3.15", 0.0, 0.5},
                                                   {"tf.keras-2.9", 0.0, 0.5}}) {
    Runtime keras(with_semantics(semantics));
    Sequential model(keras, {Dense{46, softmax}});
    model.compile({.loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
    const double accuracy = model.evaluate(x, y).at("accuracy");
    EXPECT_GE(accuracy, lowest) << semantics;
    EXPECT_LE(accuracy, highest) << semantics;
  }
}

// Keras 2 limited a rate to [0, 1], and with a rate of 1 it dropped nothing.
TEST(Refusals, Keras2DropsNothingWithARateOfOne) {
  const auto [x, y] = testing::learnable_reviews(20, 5, 1);
  const auto loss_with = [&, &x = x, &y = y](std::vector<Layer> layers) {
    Runtime keras(with_semantics("keras-2.2"));
    Sequential model(keras, std::move(layers));
    model.compile({.optimizer = SGD{.learning_rate = 0.0}, .loss = BinaryCrossentropy{}});
    return model.fit(x, y, {.shuffle = false}).at("loss").front();
  };
  const double dense = loss_with({Dense{4, relu}, Dense{1, sigmoid}});
  EXPECT_GT(std::abs(loss_with({Dense{4, relu}, Dropout{0.5}, Dense{1, sigmoid}}) - dense), 1e-6);
  Runtime keras(with_semantics("keras-2.2"));
  Sequential model(keras, {Dropout{1.5}, Dense{1, sigmoid}});
  model.compile({.optimizer = SGD{.learning_rate = 0.0}, .loss = BinaryCrossentropy{}});
  const double trained = model.fit(x, y, {.shuffle = false}).at("loss").front();
  EXPECT_NEAR(trained, model.evaluate(x, y).at("loss"), 1e-6);
}

}  // namespace
}  // namespace reprise
