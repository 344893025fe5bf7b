// Section 2.1 of the book: a first look at a neural network, which classifies handwritten digits.
//   mnist                           five epochs on 60,000 images, then the 10,000 of the test set
//   mnist --experiment mnist_naive  the same network written by hand (mnist_naive.cpp)
// Expect a test accuracy of about .978. The training accuracy is .989: the network overfits.
#include <fmt/format.h>

#include "reprise/data/mnist.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/sequential.hpp"
#include "repro/mnist.hpp"
#include "repro/run.hpp"
#include "repro/sections.hpp"

namespace reprise::book {

namespace {

struct Digits {
  Matrix<float> train_images, test_images;                  // a row of 28 x 28 pixels each, 0 to 1
  Matrix<float> one_hot_train_labels, one_hot_test_labels;  // a row of 10 each
  Matrix<float> train_labels, test_labels;                  // class numbers, one column
};

// Listings 2.1, 2.4 and 2.5: scales the pixels to 0 to 1 and encodes the labels one-hot.
Digits load_digits(DatasetFiles& files) {
  const auto [train, test] = mnist::load_data(files.find("mnist.npz"));
  return {mnist::scaled(train.images), mnist::scaled(test.images), to_categorical(train.labels),
          to_categorical(test.labels), as_column(train.labels),    as_column(test.labels)};
}

// Listings 2.2 and 2.3, and the fit and evaluation after listing 2.5.
void first_look(Run& run, const Settings& settings) {
  const Digits& digits = run.load(load_digits);
  // later editions use integer labels and sparse_categorical_crossentropy
  const bool sparse = has_sparse_targets(settings.loss);
  const auto& train_labels = sparse ? digits.train_labels : digits.one_hot_train_labels;
  const auto& test_labels = sparse ? digits.test_labels : digits.one_hot_test_labels;

  Sequential network(run.keras, hidden_layers(settings));  // in the book Dense{512, relu}
  network.add(Dense{mnist::kClasses, softmax});
  network.compile(
      {.optimizer = settings.optimizer, .loss = settings.loss, .metrics = settings.metrics});

  network.fit(digits.train_images, train_labels, run.fit_options(settings));

  const Logs results = network.evaluate(digits.test_images, test_labels);
  run.print(fmt::format("test_acc: {:.4f}", results.at("accuracy")));
}

}  // namespace

Section mnist_section() {
  return {
      .program = "mnist",
      .section_numbers = {"2.1", "2.1", "2.1"},
      .notebook = "2.1",
      .title = "A first look at a neural network",
      .chinese_title = "初识神经网络",
      .data = "mnist.npz",
      .experiments =
          {
              {"mnist",
               "trained on 60,000 digits, then the test set",
               {.units = {512}, .loss = CategoricalCrossentropy{}, .epochs = 5, .batch_size = 128},
               Listing{.run = first_look, .evaluations = 1},
               EditionNumbers{"2.1-2.5", "2.1-2.7", "2.1-2.7"}},
              mnist_naive(),
          },
      .flow = {"mnist"},
  };
}

}  // namespace reprise::book
