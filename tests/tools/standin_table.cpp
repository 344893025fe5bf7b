// Prints docs/standin.md, which compares stand-in data with the real data sets.
//
//   build/release/bin/standin_table > docs/standin.md      with $KERAS_HOME or ~/.keras/datasets
//   build/release/bin/standin_table DIR > docs/standin.md  with DIR/california_housing.npz, which
//                                                          need not be the file that Keras accepts
//
// The exit code is 3 if a real file is missing. Only the districts of California, whose official
// file is not mirrored, are left out without one.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "reprise/core/error.hpp"
#include "reprise/data/cache.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/vectorize.hpp"
#include "tests/support/standin_quantities.hpp"

namespace reprise::testing {
namespace {

constexpr std::uint32_t kSeed = 42;

constexpr const char* kHead = R"(# Stand-in data compared with the real data sets

`build/release/bin/standin_table DIR > docs/standin.md` makes this page (DIR has California's file); no number here is typed by hand.

Stand-in data is generated (`lib/reprise/data/standin.hpp`): a seed gives the same bytes on every
machine, in the shapes of Keras's files. It serves to run the programs where the real files are
missing; it reproduces no result of the book.

The first quantities of each set describe its arrays. For the text sets they are taken from the
multi-hot rows that the book trains on: 10,000 words, the training set without its first 10,000
reviews or 1,000 newswires. A word is frequent if it occurs in many rows. The other quantities
describe how the book's network learns the set (seed 42, float32). Where the last column holds a
number, a test fails if the relative difference is larger; the tests of the learning curves have
tolerances of their own (`tests/data/standin_test.cpp`).
)";

DataQuantities operator+(DataQuantities left, const DataQuantities& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

DataQuantities quantities_of(const std::string& set, const DataSource& source) {
  if (set == "imdb") {
    const auto data = imdb::load_data(source, {.num_words = 10000});
    const Csr x = multi_hot(data.train.sequences, 10000);
    return text_quantities(x.slice(10000, x.rows())) + learn_imdb(data, kSeed);
  }
  if (set == "reuters") {
    const auto data = reuters::load_data(source, {.num_words = 10000});
    const Csr x = multi_hot(data.train.sequences, 10000);
    return text_quantities(x.slice(1000, x.rows())) + learn_reuters(data, kSeed);
  }
  if (set == "mnist") {
    const auto data = mnist::load_data(source);
    return pixel_quantities(data) + learn_mnist(data, kSeed);
  }
  if (set == "california_housing") {
    const auto data =
        california_housing::load_data(source, {.version = california_housing::Version::small});
    return price_quantities(data) + learn_california(data, kSeed);
  }
  const auto data = boston_housing::load_data(source);
  return price_quantities(data) + learn_boston(data, kSeed);
}

// The tolerance of a quantity of the set, e.g. "5 %"; "" where nothing is required.
std::string allowed(const std::string& set, const std::string& name) {
  for (const Resemblance& required : required_resemblances()) {
    if (required.set == set && required.name == name) {
      return fmt::format("{:.0f} %", 100 * required.tolerance);
    }
  }
  return "";
}

void print_table(const std::string& set, const DataSource& source) {
  const std::string& file = source.name;
  const DataQuantities real = quantities_of(set, source);
  const DataQuantities standin = quantities_of(set, {.name = file, .origin = Origin::standin});
  fmt::print("\n## {}\n\n", set);
  if (source.origin == Origin::unverified) {
    fmt::print(
        "UNVERIFIED DATA: the real districts, in a file that Keras would not accept. Prices are in "
        "100,000 $.\n\n");
  }
  fmt::print("| quantity | real | stand-in | difference | allowed |\n");
  fmt::print("|---|---:|---:|---:|---:|\n");
  for (std::size_t i = 0; i < real.size(); ++i) {
    const DataQuantity& quantity = real[i];
    const std::string tolerance = allowed(set, quantity.name);
    const double difference = standin[i].value / quantity.value - 1;
    fmt::print("| {} | {:.{}f} | {:.{}f} | {} | {} |\n", quantity.name, quantity.value,
               quantity.digits, standin[i].value, quantity.digits,
               tolerance.empty() ? "" : fmt::format("{:+.1f} %", 100 * difference), tolerance);
  }
}

}  // namespace
}  // namespace reprise::testing

int main(int argc, char** argv) {
  using namespace reprise;
  try {
    std::fputs(testing::kHead, stdout);
    for (const std::string set : {"imdb", "reuters", "boston_housing", "mnist"}) {
      testing::print_table(set, KerasCache().find(set + ".npz"));
    }
    if (argc > 1) {
      testing::print_table("california_housing", unverified_source(std::filesystem::path(argv[1]) /
                                                                   "california_housing.npz"));
    }
  } catch (const Error& error) {
    fmt::print(stderr, "standin_table: {}\n", error.what());
    return static_cast<int>(error.exit_code());
  }
  return 0;
}
