// Section 4.4 of the book: overfitting and underfitting, on the movie reviews of section 3.4.
//   overfitting                                   all networks of the section and their comparison
//   overfitting --experiment overfit_dropout      one network
// Expect the smaller network to overfit later and more slowly, and the bigger one at once.
// Penalties and dropout keep the validation loss low. The smaller network sometimes dies: units
// that are 0 for every review keep its loss near .44.
#include "reprise/data/imdb.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/sequential.hpp"
#include "repro/run.hpp"
#include "repro/sections.hpp"

namespace reprise::book {

namespace {

constexpr int kNumWords = 10000;

struct Reviews {
  Csr x_train, x_test;            // multi-hot, 10,000 columns
  Matrix<float> y_train, y_test;  // one column, 1 is positive
};

Reviews load_reviews(DatasetFiles& files) {
  const auto [train, test] = imdb::load_data(files.find("imdb.npz"), {.num_words = kNumWords});
  return {multi_hot(train.sequences, kNumWords), multi_hot(test.sequences, kNumWords),
          as_column(train.labels), as_column(test.labels)};
}

// Listings 4.3 to 4.8: trains one network on all reviews and validates on the test set. Later
// editions validate on .4 of the training reviews instead.
void watch_overfitting(Run& run, const Settings& settings) {
  const auto& [x_train, x_test, y_train, y_test] = run.load(load_reviews);

  Sequential model(run.keras, hidden_layers(settings));  // original: two Dense{16, relu}
  model.add(Dense{1, sigmoid});
  model.compile(
      {.optimizer = settings.optimizer, .loss = settings.loss, .metrics = settings.metrics});

  const History history =
      model.fit(x_train, y_train, run.fit_options(settings, ValidationData{x_test, y_test}));
  run.plot(history, "loss");
}

// Combines figures 4.4 to 4.8 into two: the validation loss of all networks, and the training loss
// by capacity.
std::vector<Figure> compare(const std::vector<RunRecord>& runs) {
  Figure validation{"overfitting_val_loss",
                    "Validation loss: capacity, penalties, dropout",
                    "Validation loss",
                    {}};
  Figure training{"overfitting_train_loss", "Training loss by capacity", "Training loss", {}};
  for (const RunRecord& run : runs) {
    const std::string label = run.experiment.substr(run.experiment.find('_') + 1);
    validation.series.push_back({label, false, run.history[0].at("val_loss")});
    if (label == "original" || label == "smaller" || label == "bigger") {
      training.series.push_back({label, false, run.history[0].at("loss")});
    }
  }
  std::vector<Figure> figures;
  for (Figure& figure : {std::ref(validation), std::ref(training)}) {
    if (figure.series.size() > 1) figures.push_back(figure);
  }
  return figures;
}

constexpr Listing kWatchOverfitting{.run = watch_overfitting};

}  // namespace

Section overfitting_section() {
  const Settings book{.units = {16, 16}, .epochs = 20, .batch_size = 512};
  return {
      .program = "overfitting",
      .section_numbers = {"4.4", "5.4.4", "5.4.4"},
      .notebook = "4.4",
      .title = "Overfitting and underfitting",
      .chinese_title = "过拟合与欠拟合",
      .data = "imdb.npz",
      .experiments =
          {
              {"overfit_original", "the network of section 3.4", book, kWatchOverfitting,
               EditionNumbers{"4.3", "5.10", "5.9"}},
              {"overfit_smaller", "4 units in each hidden layer", with_units(book, {4, 4}),
               kWatchOverfitting, EditionNumbers{"4.4", "5.11", "5.10"}},
              {"overfit_bigger", "512 units in each hidden layer", with_units(book, {512, 512}),
               kWatchOverfitting, EditionNumbers{"4.5", "5.12", "5.11"}},
              {"overfit_l2", "an l2 penalty on the weights",
               with(book, [](Settings& s) { s.kernel_regularizer = L2{0.001}; }), kWatchOverfitting,
               EditionNumbers{"4.6", "5.13", "5.12"}},
              {"overfit_l1", "an l1 penalty on the weights",
               with(book, [](Settings& s) { s.kernel_regularizer = L1{0.0001}; }),
               kWatchOverfitting, EditionNumbers{"4.7", "5.14", "5.13"}},
              {"overfit_l1_l2", "both penalties, l1 and l2",
               with(book,
                    [](Settings& s) {
                      s.kernel_regularizer = L1L2{0.0001, 0.0001};
                    }),
               kWatchOverfitting, EditionNumbers{"4.7", "5.14", "5.13"}},
              {"overfit_dropout", "dropout of half of each hidden layer's outputs",
               with(book, [](Settings& s) { s.dropout = 0.5; }), kWatchOverfitting,
               EditionNumbers{"4.8", "5.15", "5.14"}},
          },
      .flow = {"overfit_original", "overfit_smaller", "overfit_bigger", "overfit_l2",
               "overfit_dropout"},
      .comparisons = compare,
  };
}

}  // namespace reprise::book
