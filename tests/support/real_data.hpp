// The real data sets, for tests that need them: a machine without them skips those tests by name.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "reprise/data/imdb.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/reuters.hpp"

namespace reprise::testing {

// The verified file in Keras's cache ($KERAS_HOME/datasets, ~/.keras/datasets), or nothing.
std::optional<std::filesystem::path> real_file(const std::string& name);

// imdb.load_data(num_words=10000), read once a program; only where real_file("imdb.npz") is there.
const imdb::Dataset& real_imdb();
// reuters.load_data(num_words=10000) and mnist.load_data(), likewise.
const reuters::Dataset& real_reuters();
const mnist::Dataset& real_mnist();

// A file of the checkout, e.g. "results/keras/imdb__seed42.json".
std::filesystem::path source_file(const std::string& path);

}  // namespace reprise::testing

// First line of a test on real data.
#define REPRISE_NEEDS(file)                                                         \
  if (!reprise::testing::real_file(file)) {                                         \
    GTEST_SKIP() << file << " is not in $KERAS_HOME/datasets or ~/.keras/datasets"; \
  }
