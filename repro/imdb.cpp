// Section 3.4 of the book (notebook 3.5): classifying movie reviews as positive or negative.
//   imdb                                      validation run and final run, with the book's figures
//   imdb --experiment imdb_final --seed 7     only the final run, with another seed
// Expect val_accuracy to peak near .89 after 3 to 6 epochs; then the network overfits. The final
// network, trained for 4 epochs, reaches a test accuracy of about .88.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "reprise/core/error.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/sequential.hpp"
#include "repro/run.hpp"
#include "repro/sections.hpp"

namespace reprise::book {

namespace {

constexpr int kNumWords = 10000;

struct Reviews {
  Csr x_train, x_test;               // multi-hot, 10,000 columns
  Matrix<float> y_train, y_test;     // one column, 1 is positive
  imdb::Reviews first_test_reviews;  // as word indices, to be shown
};

// Listings 3.1 and 3.2: keeps the 10,000 most frequent words and encodes a review as the set of its
// words.
Reviews load_reviews(DatasetFiles& files) {
  const auto [train, test] = imdb::load_data(files.find("imdb.npz"), {.num_words = kNumWords});
  Reviews reviews{multi_hot(train.sequences, kNumWords),
                  multi_hot(test.sequences, kNumWords),
                  as_column(train.labels),
                  as_column(test.labels),
                  {}};
  for (std::size_t i = 0; i < 3; ++i) {
    reviews.first_test_reviews.sequences.push_back(test.sequences[i]);
    reviews.first_test_reviews.labels.push_back(test.labels[i]);
  }
  return reviews;
}

// Listings 3.3 to 3.6: hidden layers (in the book two Dense{16, relu}) and one output, a
// probability.
Sequential build_model(Run& run, const Settings& settings) {
  Sequential model(run.keras, hidden_layers(settings));
  model.add(Dense{1, sigmoid});
  model.compile(
      {.optimizer = settings.optimizer, .loss = settings.loss, .metrics = settings.metrics});
  return model;
}

// Listings 3.7 to 3.10: validates on 10,000 reviews to see when the network begins to overfit.
void validation_run(Run& run, const Settings& settings) {
  const Reviews& reviews = run.load(load_reviews);
  Sequential model = build_model(run, settings);

  const auto x_val = reviews.x_train.slice(0, 10000);
  const auto y_val = reviews.y_train.slice(0, 10000);
  const auto partial_x_train = reviews.x_train.slice(10000, 25000);
  const auto partial_y_train = reviews.y_train.slice(10000, 25000);

  const FitOptions options = run.fit_options(settings, ValidationData{x_val, y_val});
  const bool splits = options.validation_split > 0;  // --validation-split, of all reviews
  const History history = splits ? model.fit(reviews.x_train, reviews.y_train, options)
                                 : model.fit(partial_x_train, partial_y_train, options);
  run.plot(history, "loss");
  run.plot(history, "accuracy");
}

// Section 3.4.5: shows the predictions for the first test reviews.
void show_predictions(Run& run, const imdb::Reviews& reviews, const Matrix<double>& predictions) {
  const auto index_file = run.optional_data("imdb_word_index.json");
  if (run.quiet() || !index_file) return;
  const auto word_index = imdb::get_word_index(*index_file);
  for (std::size_t i = 0; i < reviews.sequences.size(); ++i) {
    const double output = predictions(i, 0);
    const std::string predicted =
        std::isnan(output)
            ? "nothing (output nan)"
            : fmt::format("{} (output {:.4f})", output > 0.5 ? "positive" : "negative", output);
    run.print(fmt::format("review {}: predicted {}, actually {}\n  {:.140}...", i, predicted,
                          reviews.labels[i] == 1 ? "positive" : "negative",
                          imdb::decode_review(reviews.sequences[i], word_index)));
  }
}

// Listing 3.11: trains a new network for four epochs on all 25,000 reviews and evaluates it on the
// test set.
void final_run(Run& run, const Settings& settings) {
  const Reviews& reviews = run.load(load_reviews);

  Sequential model = build_model(run, settings);
  model.fit(reviews.x_train, reviews.y_train, run.fit_options(settings));

  const Logs results = model.evaluate(reviews.x_test, reviews.y_test);
  run.print(fmt::format("test loss {:.5f}, test accuracy {:.5f}", results.at("loss"),
                        results.at("accuracy")));

  const Matrix<double> predictions = model.predict(reviews.x_test);
  run.keep_predictions(predictions);
  show_predictions(run, reviews.first_test_reviews, predictions);
}

struct Texts {
  imdb::Reviews reviews;
  std::optional<imdb::WordIndex> word_index;  // nothing for stand-in data, which have no words
};

Texts load_texts(DatasetFiles& files) {
  auto [train, test] = imdb::load_data(files.find("imdb.npz"), {.num_words = kNumWords});
  const auto index_file = files.find("imdb_word_index.json");
  if (index_file.origin == Origin::standin) return {std::move(train), {}};
  return {std::move(train), imdb::get_word_index(index_file.path)};
}

// Section 3.4.1: shows the decoded review train_data[index].
void show_review(Run& run, std::size_t index) {
  const auto& [train, word_index] = run.load(load_texts);
  if (index >= train.sequences.size()) {
    throw Error(fmt::format("--show-review: found {}, expected 0 to {}", index,
                            train.sequences.size() - 1));
  }
  const std::string text = word_index ? imdb::decode_review(train.sequences[index], *word_index)
                                      : fmt::format("{}", fmt::join(train.sequences[index], " "));
  run.print(fmt::format("train_data[{}], {}:\n{}", index,
                        train.labels[index] == 1 ? "positive" : "negative", text));
}

constexpr Listing kValidationRun{.run = validation_run};
constexpr Listing kFinalRun{.run = final_run, .evaluations = 1, .predicts = true};

}  // namespace

Section imdb_section() {
  const Settings book{.units = {16, 16}, .epochs = 20, .batch_size = 512};
  const EditionNumbers further{"3.4.6", "4.1.6", "4.1.6"};  // "further experiments"
  return {
      .program = "imdb",
      .section_numbers = {"3.4", "4.1", "4.1"},
      .notebook = "3.5",
      .title = "Classifying movie reviews: a binary classification example",
      .chinese_title = "电影评论分类：二分类问题",
      .data = "imdb.npz",
      .experiments =
          {
              {"imdb", "trained on 15,000 reviews, validated on 10,000", book, kValidationRun,
               EditionNumbers{"3.1-3.10", "4.1-4.9", "4.1-4.9"}},
              {"imdb_final", "trained on all 25,000 reviews, evaluated on the test set",
               with(book, [](Settings& s) { s.epochs = 4; }), kFinalRun,
               EditionNumbers{"3.11", "4.10", "4.10"}},
              {"imdb_1layer", "further experiment: one hidden layer", with_units(book, {16}),
               kValidationRun, further},
              {"imdb_3layer", "further experiment: three hidden layers",
               with_units(book, {16, 16, 16}), kValidationRun, further},
              {"imdb_32", "further experiment: 32 units in each hidden layer",
               with_units(book, {32, 32}), kValidationRun, further},
              {"imdb_64", "further experiment: 64 units in each hidden layer",
               with_units(book, {64, 64}), kValidationRun, further},
              {"imdb_mse", "further experiment: mean squared error as the loss",
               with(book, [](Settings& s) { s.loss = MeanSquaredError{}; }), kValidationRun,
               further, "imdb"},
              {"imdb_tanh", "further experiment: tanh instead of relu",
               with(book, [](Settings& s) { s.activation = Tanh{}; }), kValidationRun, further,
               "imdb"},
          },
      .flow = {"imdb", "imdb_final"},
      .sample = "review",
      .show_sample = show_review,
  };
}

}  // namespace reprise::book
