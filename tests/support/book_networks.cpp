#include "support/book_networks.hpp"

#include <fstream>

#include "reprise/core/named.hpp"
#include "reprise/data/boston_housing.hpp"
#include "reprise/data/cache.hpp"
#include "reprise/data/normalize.hpp"
#include "reprise/data/split.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/record/recorder.hpp"
#include "support/real_data.hpp"

namespace reprise::testing {

using nlohmann::json;

namespace {

constexpr std::size_t kWords = 10000;

struct Texts {
  Csr x_train, x_test;
  Matrix<float> y_train, y_test;  // a column of labels
};

const Texts& imdb_texts() {
  static const Texts all = [] {
    const auto& [train, test] = real_imdb();
    return Texts{multi_hot(train.sequences, kWords), multi_hot(test.sequences, kWords),
                 as_column(train.labels), as_column(test.labels)};
  }();
  return all;
}

struct Newswires {
  Csr x_train, x_test;
  Matrix<float> y_train, y_test, labels;  // one-hot, one-hot, and a column of the train labels
};

const Newswires& newswires() {
  static const Newswires all = [] {
    const auto& [train, test] = real_reuters();
    return Newswires{multi_hot(train.sequences, kWords), multi_hot(test.sequences, kWords),
                     to_categorical(train.labels), to_categorical(test.labels),
                     as_column(train.labels)};
  }();
  return all;
}

// A hidden layer, and a Dropout after it where `dropout` is above 0.
struct Hidden {
  std::size_t units;
  std::optional<Regularizer> kernel = {};
  double dropout = 0.0;
};

struct Description {
  std::vector<Hidden> hidden;
  std::size_t outputs;
  Activation last;
  Loss loss;
  std::string metric = "accuracy";
};

struct Experiment {
  Description network;
  void (*train)(Sequential& model, int epochs, std::size_t batch_size);
  std::size_t batch_size = 512;
};

Sequential build(Process& keras, const Description& network, const json& wanted) {
  const auto hidden = *by_name<Activation>(wanted["activation"].get<std::string>());
  std::vector<Layer> layers;
  for (const Hidden& h : network.hidden) {
    layers.push_back(Dense{.units = h.units, .activation = hidden, .kernel_regularizer = h.kernel});
    if (h.dropout > 0) layers.push_back(Dropout{h.dropout});
  }
  layers.push_back(Dense{.units = network.outputs, .activation = network.last});
  Sequential model(keras, std::move(layers));
  model.compile({.optimizer = *by_name<Optimizer>(wanted["optimizer"].get<std::string>()),
                 .loss = wanted["loss"].is_null()
                             ? network.loss
                             : *by_name<Loss>(wanted["loss"].get<std::string>()),
                 .metrics = {network.metric}});
  return model;
}

void fit(Sequential& model, const InputArray& x, const TargetArray& y, int epochs,
         std::size_t batch_size, std::optional<ValidationData> validation = {}) {
  model.fit(x, y, {.epochs = epochs, .batch_size = batch_size, .validation_data = validation});
}

void imdb_validation(Sequential& model, int epochs, std::size_t batch_size) {
  const Texts& t = imdb_texts();
  fit(model, t.x_train.slice(10000, 25000), t.y_train.slice(10000, 25000), epochs, batch_size,
      ValidationData{t.x_train.slice(0, 10000), t.y_train.slice(0, 10000)});
}

void imdb_final(Sequential& model, int epochs, std::size_t batch_size) {
  const Texts& t = imdb_texts();
  fit(model, t.x_train, t.y_train, epochs, batch_size);
  model.evaluate(t.x_test, t.y_test);
}

// 4.4: all reviews, validated on the test set
void overfitting(Sequential& model, int epochs, std::size_t batch_size) {
  const Texts& t = imdb_texts();
  fit(model, t.x_train, t.y_train, epochs, batch_size, ValidationData{t.x_test, t.y_test});
}

void reuters_on(Sequential& model, const Matrix<float>& y, int epochs, std::size_t batch_size) {
  const Newswires& n = newswires();
  fit(model, n.x_train.slice(1000, 8982), y.slice(1000, 8982), epochs, batch_size,
      ValidationData{n.x_train.slice(0, 1000), y.slice(0, 1000)});
}

void reuters_validation(Sequential& model, int epochs, std::size_t batch_size) {
  reuters_on(model, newswires().y_train, epochs, batch_size);
}
void reuters_sparse(Sequential& model, int epochs, std::size_t batch_size) {
  reuters_on(model, newswires().labels, epochs, batch_size);
}
void reuters_final(Sequential& model, int epochs, std::size_t batch_size) {
  reuters_validation(model, epochs, batch_size);
  model.evaluate(newswires().x_test, newswires().y_test);
}

void mnist(Sequential& model, int epochs, std::size_t batch_size) {
  const auto& [train, test] = real_mnist();
  fit(model, mnist::scaled(train.images), to_categorical(train.labels), epochs, batch_size);
  model.evaluate(mnist::scaled(test.images), to_categorical(test.labels));
}

struct Houses {
  boston_housing::Suburbs train, test;
};

const Houses& houses() {
  static const Houses all = [] {
    auto [train, test] = boston_housing::load_data(DataCache().find("boston_housing.npz"));
    const Normalization normalization = measure(train.x);
    normalization.apply(train.x.view());
    normalization.apply(test.x.view());
    return Houses{std::move(train), std::move(test)};
  }();
  return all;
}

void boston_final(Sequential& model, int epochs, std::size_t batch_size) {
  fit(model, houses().train.x, houses().train.y, epochs, batch_size);
  model.evaluate(houses().test.x, houses().test.y);
}

// 3.6: a model a fold, built one after another in the same process
void boston_folds(Process& keras, const Description& network, const json& wanted,
                  std::size_t batch_size) {
  const int epochs = static_cast<int>(wanted["history"][0]["loss"].size());
  const auto& train = houses().train;
  for (std::size_t i = 0; i < 4; ++i) {
    const Fold fold = make_fold(train.x, train.y, i, 4);
    Sequential model = build(keras, network, wanted);
    fit(model, fold.partial_train_x, fold.partial_train_y, epochs, batch_size);
    model.evaluate(fold.val_x, fold.val_y);
  }
}

Experiment experiment(const std::string& id) {
  const Description imdb{{{16}, {16}}, 1, sigmoid, BinaryCrossentropy{}};
  const Description reuters{{{64}, {64}}, 46, softmax, CategoricalCrossentropy{}};
  const Description boston{{{64}, {64}}, 1, linear, MeanSquaredError{}, "mae"};
  const auto with = [](Description network, std::vector<Hidden> hidden) {
    network.hidden = std::move(hidden);
    return network;
  };
  const std::map<std::string, Experiment> table{
      {"mnist", {{{{512}}, 10, softmax, CategoricalCrossentropy{}}, mnist, 128}},
      {"imdb", {imdb, imdb_validation}},
      {"imdb_final", {imdb, imdb_final}},
      {"imdb_1layer", {with(imdb, {{16}}), imdb_validation}},
      {"imdb_3layer", {with(imdb, {{16}, {16}, {16}}), imdb_validation}},
      {"imdb_32", {with(imdb, {{32}, {32}}), imdb_validation}},
      {"imdb_64", {with(imdb, {{64}, {64}}), imdb_validation}},
      {"reuters", {reuters, reuters_validation}},
      {"reuters_8ep", {reuters, reuters_final}},
      {"reuters_9ep", {reuters, reuters_final}},
      {"reuters_sparse",
       {{{{64}, {64}}, 46, softmax, SparseCategoricalCrossentropy{}}, reuters_sparse}},
      {"reuters_bottleneck", {with(reuters, {{64}, {4}}), reuters_validation, 128}},
      {"reuters_32", {with(reuters, {{32}, {32}}), reuters_validation}},
      {"reuters_128", {with(reuters, {{128}, {128}}), reuters_validation}},
      {"reuters_1layer", {with(reuters, {{64}}), reuters_validation}},
      {"reuters_3layer", {with(reuters, {{64}, {64}, {64}}), reuters_validation}},
      {"boston_final", {boston, boston_final, 16}},
      {"boston_final_130", {boston, boston_final, 16}},
      {"boston_kfold", {boston, nullptr, 1}},
      {"boston_kfold16", {boston, nullptr, 16}},
      {"overfit_original", {imdb, overfitting}},
      {"overfit_smaller", {with(imdb, {{4}, {4}}), overfitting}},
      {"overfit_bigger", {with(imdb, {{512}, {512}}), overfitting}},
      {"overfit_l2", {with(imdb, {{16, L2{0.001}}, {16, L2{0.001}}}), overfitting}},
      {"overfit_l1", {with(imdb, {{16, L1{0.0001}}, {16, L1{0.0001}}}), overfitting}},
      {"overfit_l1_l2",
       {with(imdb, {{16, L1L2{0.0001, 0.0001}}, {16, L1L2{0.0001, 0.0001}}}), overfitting}},
      {"overfit_dropout", {with(imdb, {{16, {}, 0.5}, {16, {}, 0.5}}), overfitting}},
  };
  return table.at(id);
}

}  // namespace

json golden(const std::string& name) {
  std::ifstream in(source_file("results/keras/" + name + ".json"));
  return json::parse(in);
}

std::string data_file_of(const json& wanted) {
  const auto id = wanted["experiment"].get<std::string>();
  if (id.starts_with("boston")) return "boston_housing.npz";
  if (id.starts_with("reuters")) return "reuters.npz";
  return id.starts_with("mnist") ? "mnist.npz" : "imdb.npz";
}

json run_like(const json& wanted, ProcessOptions options) {
  options.seed = wanted["seed"];
  Process keras(options);
  RunRecord record;
  Recorder recorder(record);
  keras.watch(recorder);
  const auto [network, train, batch_size] = experiment(wanted["experiment"].get<std::string>());
  if (train == nullptr) {
    boston_folds(keras, network, wanted, batch_size);
    return to_json(record);
  }
  Sequential model = build(keras, network, wanted);
  train(model, static_cast<int>(wanted["history"][0]["loss"].size()), batch_size);
  if (wanted.contains("predict_head") && data_file_of(wanted) == "imdb.npz") {
    record.predict_head.emplace();
    const Matrix<double> predictions = model.predict(imdb_texts().x_test);
    for (std::size_t i = 0; i < 16; ++i) record.predict_head->push_back(predictions(i, 0));
  }
  return to_json(record);
}

}  // namespace reprise::testing
