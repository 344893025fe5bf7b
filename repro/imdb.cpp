// Section 3.4 of the book (notebook 3.5): classifying movie reviews, two classes.
//   imdb                                      both experiments below, with the book's two figures
//   imdb --experiment imdb_final --seed 7     one of them from another seed
// Expect: val_accuracy peaks near .89 after 3 to 6 epochs, then the network overfits; the final
// network of 4 epochs reaches a test accuracy of about .88.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reprise/core/error.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/sequential.hpp"
#include "run.hpp"
#include "sections.hpp"

namespace reprise::book {

namespace {

constexpr int kNumWords = 10000;

// Listing 3.3: two hidden layers of 16 units, one output that is a probability.
Sequential build_model(Run& run, const Settings& settings) {
  Sequential model(run.keras, {Dense{16, settings.activation}, Dense{16, settings.activation},
                               Dense{1, sigmoid}});
  model.compile({.optimizer = settings.optimizer, .loss = settings.loss, .metrics = {"accuracy"}});
  return model;
}

// Listings 3.8 and 3.9: training and validation, loss and accuracy.
void draw_curves(Run& run, const History& history) {
  run.draw({"imdb_loss",
            "Training and validation loss",
            "Loss",
            {{"Training loss", true, history.at("loss")},
             {"Validation loss", false, history.at("val_loss")}}});
  run.draw({"imdb_accuracy",
            "Training and validation accuracy",
            "Accuracy",
            {{"Training acc", true, history.at("accuracy")},
             {"Validation acc", false, history.at("val_accuracy")}}});
}

// Listings 3.1 to 3.9: set 10,000 reviews apart and watch when the network begins to overfit.
void validation_run(Run& run, const Settings& settings) {
  const auto [train, test] = imdb::load_data(run.data("imdb.npz"), {.num_words = kNumWords});

  const Csr x_train = multi_hot(train.sequences, kNumWords);
  const Matrix<float> y_train = as_column(train.labels);

  Sequential model = build_model(run, settings);

  const auto x_val = x_train.slice(0, 10000), partial_x_train = x_train.slice(10000, 25000);
  const auto y_val = y_train.slice(0, 10000), partial_y_train = y_train.slice(10000, 25000);

  const History history = model.fit(partial_x_train, partial_y_train,
                                    {.epochs = settings.epochs,
                                     .batch_size = settings.batch_size,
                                     .validation_data = ValidationData{x_val, y_val}});
  draw_curves(run, history);
}

// Listing 3.11: what the new network says of the first test reviews.
void show_predictions(Run& run, const imdb::Reviews& test, const Matrix<double>& predictions) {
  const auto index_file = run.optional_data("imdb_word_index.json");
  if (run.quiet() || !index_file) return;
  const auto word_index = imdb::get_word_index(*index_file);
  for (std::size_t i = 0; i < 3; ++i) {
    run.say(fmt::format("review {}: {} with probability {:.4f}, truly {}\n  {:.140}...", i,
                        predictions(i, 0) > 0.5 ? "positive" : "negative", predictions(i, 0),
                        test.labels[i] == 1 ? "positive" : "negative",
                        imdb::decode_review(test.sequences[i], word_index)));
  }
}

// Listings 3.10 and 3.11: a new network, four epochs on all 25,000 reviews, then the test set.
void final_run(Run& run, const Settings& settings) {
  const auto [train, test] = imdb::load_data(run.data("imdb.npz"), {.num_words = kNumWords});

  const Csr x_train = multi_hot(train.sequences, kNumWords);
  const Csr x_test = multi_hot(test.sequences, kNumWords);
  const Matrix<float> y_train = as_column(train.labels), y_test = as_column(test.labels);

  Sequential model = build_model(run, settings);
  model.fit(x_train, y_train, {.epochs = settings.epochs, .batch_size = settings.batch_size});

  const Logs results = model.evaluate(x_test, y_test);
  run.say(fmt::format("test loss {:.5f}, test accuracy {:.5f}", results.at("loss"),
                      results.at("accuracy")));

  const Matrix<double> predictions = model.predict(x_test);
  run.keep_predictions(predictions);
  show_predictions(run, test, predictions);
}

// The decoded review of section 3.4.1: train_data[index].
void show_review(Run& run, std::size_t index) {
  const auto [train, test] = imdb::load_data(run.data("imdb.npz"), {.num_words = kNumWords});
  if (index >= train.sequences.size()) {
    throw Error(fmt::format("--show-review: found {}, expected 0 to {}", index,
                            train.sequences.size() - 1));
  }
  const bool positive = train.labels[index] == 1;
  // stand-in reviews are made of word indexes; there are no words
  const auto index_file = run.data("imdb_word_index.json");
  const std::string words =
      index_file.origin == Origin::standin
          ? fmt::format("{}", fmt::join(train.sequences[index], " "))
          : imdb::decode_review(train.sequences[index], imdb::get_word_index(index_file.path));
  run.say(fmt::format("train_data[{}], {}:\n{}", index, positive ? "positive" : "negative", words));
}

}  // namespace

Section imdb_section() {
  constexpr BinaryCrossentropy loss;
  return {
      .program = "imdb",
      .book = "3.4 (notebook 3.5)",
      .title = "Classifying movie reviews: a binary classification example",
      .experiments =
          {
              {"imdb",
               "trained on 15,000 reviews, validated on 10,000",
               {.loss = loss, .epochs = 20, .batch_size = 512},
               validation_run},
              {"imdb_final",
               "trained on all 25,000 reviews, then the test set",
               {.loss = loss, .epochs = 4, .batch_size = 512},
               final_run},
          },
      .flow = {"imdb", "imdb_final"},
      .sample = "review",
      .show_sample = show_review,
  };
}

}  // namespace reprise::book
