// Chapter 5 of the second and third edition: what generalization depends on, shown with MNIST.
//   generalization                                            all networks of the chapter and their
//   figures generalization --experiment generalization_random_labels  100 epochs on shuffled labels
// Expect noise channels to cost about one percentage point of val_accuracy. Shuffled labels are
// learnt by heart, with a val_accuracy of .1. A learning rate of 1 trains nothing, one of .01 does.
// The small network ends at a val_loss of about .26 and does not overfit.
#include <fmt/format.h>

#include "reprise/data/mnist.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/random/streams.hpp"
#include "repro/run.hpp"
#include "repro/sections.hpp"

namespace reprise::book {

namespace {

constexpr std::size_t kPixels = mnist::kSide * mnist::kSide;

struct Digits {
  Matrix<float> train_images;  // a row of 28 x 28 pixels each, 0 to 1
  Matrix<float> train_labels;  // class numbers, one column
};

// The training set alone: the chapter validates on a fifth of it.
Digits load_digits(DatasetFiles& files) {
  const auto train = mnist::load_data(files.find("mnist.npz")).train;
  return {mnist::scaled(train.images), as_column(train.labels)};
}

// Hidden layers (in the book one Dense{512, relu}) and a softmax over the digits; every experiment
// of the chapter trains such a network.
void train(Run& run, const Settings& settings, const InputArray& images,
           const Matrix<float>& labels) {
  Sequential model(run.keras, hidden_layers(settings));
  model.add(Dense{mnist::kClasses, softmax});
  model.compile(
      {.optimizer = settings.optimizer, .loss = settings.loss, .metrics = settings.metrics});
  const History history = model.fit(images, labels, run.fit_options(settings));
  run.plot(history, "loss");
  run.plot(history, "accuracy");
}

void train_on_digits(Run& run, const Settings& settings) {
  const auto& [train_images, train_labels] = run.load(load_digits);
  train(run, settings, train_images, train_labels);
}

// np.concatenate([images, channels], axis=1), in the type in which Keras computes: `draw` returns
// the values of the channels row by row.
template <class T, class Draw>
Matrix<T> with_channels(const Matrix<float>& images, Draw draw) {
  Matrix<T> wide(images.rows(), 2 * kPixels);
  for (std::size_t i = 0; i < images.rows(); ++i) {
    for (std::size_t j = 0; j < kPixels; ++j) wide(i, j) = images(i, j);
    for (std::size_t j = kPixels; j < 2 * kPixels; ++j) wide(i, j) = static_cast<T>(draw());
  }
  return wide;
}

template <class Draw>
void train_with_channels(Run& run, const Settings& settings, Draw draw) {
  const auto& [train_images, train_labels] = run.load(load_digits);
  const auto &images = train_images, &labels = train_labels;
  run.with_floatx(
      [&]<class T>(T) { train(run, settings, with_channels<T>(images, draw), labels); });
}

// Beside each image stand as many pixels of white noise: np.random.random((60000, 784)).
void train_with_noise_channels(Run& run, const Settings& settings) {
  train_with_channels(run, settings, [&] { return run.keras.streams().numpy.random(); });
}

// Beside each image stand as many zeros.
void train_with_zeros_channels(Run& run, const Settings& settings) {
  train_with_channels(run, settings, [] { return 0.0; });
}

// The labels are shuffled, so that there is nothing to learn but the images themselves.
void train_on_random_labels(Run& run, const Settings& settings) {
  const auto& [train_images, train_labels] = run.load(load_digits);
  Matrix<float> random_train_labels = train_labels;
  run.keras.streams().numpy.shuffle(random_train_labels.view().flat());
  train(run, settings, train_images, random_train_labels);
}

// The figures of the chapter that compare networks: noise beside zero channels, learning rates and
// capacities.
std::vector<Figure> compare(const std::vector<RunRecord>& runs) {
  Figure channels{"generalization_channels",
                  "Effect of noise channels on validation accuracy",
                  "Validation accuracy",
                  {}};
  Figure rates{"tuning_learning_rate", "Effect of the learning rate", "Validation accuracy", {}};
  Figure capacity{
      "capacity_val_loss", "Effect of model capacity on validation loss", "Validation loss", {}};
  for (const RunRecord& run : runs) {
    const auto add = [&](Figure& figure, std::string_view start, const char* quantity) {
      if (!run.experiment.starts_with(start)) return;
      figure.series.push_back(
          {run.experiment.substr(start.size()), false, run.history[0].at(quantity)});
    };
    if (run.experiment != "generalization_random_labels") {
      add(channels, "generalization_", "val_accuracy");
    }
    add(rates, "tuning_", "val_accuracy");
    add(capacity, "capacity_", "val_loss");
  }
  std::vector<Figure> figures;
  for (const Figure& figure : {channels, rates, capacity}) {
    if (figure.series.size() > 1) figures.push_back(figure);
  }
  return figures;
}

constexpr Listing kOnDigits{.run = train_on_digits};

}  // namespace

Section generalization_section() {
  const Settings book{.units = {512},
                      .loss = SparseCategoricalCrossentropy{},
                      .epochs = 10,
                      .batch_size = 128,
                      .validation_split = .2};
  const EditionNumbers overfitting{"", "5.1.1", "5.1.1"}, nature{"", "5.1.2", "5.1.2"},
      tuning{"", "5.3.1", "5.3.1"}, capacity{"", "5.3.3", "5.3.3"};
  const auto capacity_of = [&](std::vector<std::size_t> units) {
    return with(with_units(book, std::move(units)), [](Settings& s) { s.epochs = 20; });
  };
  return {
      .program = "generalization",
      .section_numbers = {"", "5.1, 5.3", "5.1, 5.3"},
      .notebook = "",
      .title = "Generalization: the goal of machine learning",
      .chinese_title = "泛化：机器学习的目标",
      .data = "mnist.npz",
      .experiments =
          {
              {"generalization_noise", "784 channels of white noise beside the pixels", book,
               Listing{.run = train_with_noise_channels}, overfitting},
              {"generalization_zeros", "784 channels of zeros beside the pixels", book,
               Listing{.run = train_with_zeros_channels}, overfitting},
              {"generalization_random_labels",
               "shuffled labels",
               with(book, [](Settings& s) { s.epochs = 100; }),
               Listing{.run = train_on_random_labels},
               nature,
               {},
               true},
              {"tuning_lr_1", "a learning rate of 1, which is far too high",
               with(book, [](Settings& s) { s.optimizer = RMSprop{.learning_rate = 1.0}; }),
               kOnDigits, tuning},
              {"tuning_lr_1e-2", "a learning rate of .01",
               with(book, [](Settings& s) { s.optimizer = RMSprop{.learning_rate = .01}; }),
               kOnDigits, tuning},
              {"capacity_small", "no hidden layer: too small to overfit", capacity_of({}),
               kOnDigits, capacity},
              {"capacity_96", "two hidden layers of 96 units", capacity_of({96, 96}), kOnDigits,
               EditionNumbers{"", "5.3.3", ""}},
              {"capacity_128", "two hidden layers of 128 units", capacity_of({128, 128}), kOnDigits,
               EditionNumbers{"", "", "5.3.3"}},
              {"capacity_2048x3",
               "three hidden layers of 2,048 units, batches of 32",
               with(capacity_of({2048, 2048, 2048}), [](Settings& s) { s.batch_size = 32; }),
               kOnDigits,
               EditionNumbers{"", "", "5.3.3"},
               {},
               true},
          },
      .flow = {"generalization_noise", "generalization_zeros", "tuning_lr_1", "tuning_lr_1e-2",
               "capacity_small", "capacity_96", "capacity_128"},
      .comparisons = compare,
  };
}

}  // namespace reprise::book
