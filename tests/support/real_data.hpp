// The real data sets for the tests that need them. Without the files these tests are skipped.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "reprise/data/imdb.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/reuters.hpp"

namespace reprise::testing {

// The verified file in Keras's cache ($KERAS_HOME/datasets, ~/.keras/datasets); nullopt if it is
// not there. Throws Error if it is damaged.
std::optional<std::filesystem::path> real_file(const std::string& name);

// imdb.load_data(num_words=10000), read once per program. Requires real_file("imdb.npz").
const imdb::Dataset& real_imdb();
// reuters.load_data(num_words=10000) and mnist.load_data(), under the same conditions.
const reuters::Dataset& real_reuters();
const mnist::Dataset& real_mnist();

// The path of a file in the checkout, e.g. "results/keras/imdb__seed42.json".
std::filesystem::path source_file(const std::string& path);

}  // namespace reprise::testing

// Skips the test if the file is missing; the first line of every test on real data.
#define REPRISE_NEEDS(file)                                                         \
  if (!reprise::testing::real_file(file)) {                                         \
    GTEST_SKIP() << file << " is not in $KERAS_HOME/datasets or ~/.keras/datasets"; \
  }
