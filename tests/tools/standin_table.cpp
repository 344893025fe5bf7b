// Prints docs/standin.md: stand-in data beside the real sets.
//
//   build/release/bin/standin_table > docs/standin.md      with $KERAS_HOME or ~/.keras/datasets
//   build/release/bin/standin_table imdb                   one set
//
// Exit code 3 if a real file is missing.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "reprise/core/error.hpp"
#include "reprise/data/cache.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/vectorize.hpp"
#include "tests/support/standin_figures.hpp"

namespace reprise::testing {
namespace {

constexpr std::uint32_t kSeed = 42;

constexpr const char* kHead = R"(# Stand-in data beside the real sets

Made by `build/release/bin/standin_table > docs/standin.md`; no figure here is typed by hand.

Stand-in data is made up (`lib/reprise/data/standin.hpp`): a seed gives the same bytes on every
machine, in the shapes of Keras's files. Nothing of the book is reproduced with it. Where a tolerance
is given, a test holds it. The first figures of each set are those of the arrays: for the texts of
the multi-hot rows that the book trains on (10,000 words; the train set less its first 10,000 reviews
or 1,000 newswires), where "most frequent" is a word that most rows have and shares are of all ones.
The others are what the book's network makes of the set, seed 42, float32.
)";

DataFigures operator+(DataFigures left, const DataFigures& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

DataFigures figures_of(const std::string& set, const DataSource& source) {
  if (set == "imdb") {
    const auto data = imdb::load_data(source, {.num_words = 10000});
    const Csr x = multi_hot(data.train.sequences, 10000);
    return text_figures(x.slice(10000, x.rows())) + learn_imdb(data, kSeed);
  }
  if (set == "reuters") {
    const auto data = reuters::load_data(source, {.num_words = 10000});
    const Csr x = multi_hot(data.train.sequences, 10000);
    return text_figures(x.slice(1000, x.rows())) + learn_reuters(data, kSeed);
  }
  if (set == "mnist") {
    const auto data = mnist::load_data(source);
    return pixel_figures(data) + learn_mnist(data, kSeed);
  }
  const auto data = boston_housing::load_data(source);
  return price_figures(data) + learn_boston(data, kSeed);
}

void print_table(const std::string& set) {
  const std::string file = set + ".npz";
  const DataFigures real = figures_of(set, KerasCache().find(file));
  const DataFigures made = figures_of(set, {.name = file, .origin = Origin::standin});
  fmt::print("\n## {}\n\n| figure | real | stand-in | difference | allowed |\n", set);
  fmt::print("|---|---:|---:|---:|---:|\n");
  for (std::size_t i = 0; i < real.size(); ++i) {
    const DataFigure& figure = real[i];
    const double ratio = made[i].value / figure.value - 1;
    fmt::print("| {} | {:.{}f} | {:.{}f} | {} | {} |\n", figure.name, figure.value, figure.digits,
               made[i].value, figure.digits,
               figure.within > 0 ? fmt::format("{:+.1f} %", 100 * ratio) : "",
               figure.within > 0 ? fmt::format("{:.0f} %", 100 * figure.within) : "");
  }
}

}  // namespace
}  // namespace reprise::testing

int main(int argc, char** argv) {
  using namespace reprise;
  try {
    if (argc > 1) {
      for (int i = 1; i < argc; ++i) testing::print_table(argv[i]);
      return 0;
    }
    std::fputs(testing::kHead, stdout);
    for (const char* set : {"imdb", "reuters", "boston_housing", "mnist"}) {
      testing::print_table(set);
    }
  } catch (const Error& error) {
    fmt::print(stderr, "standin_table: {}\n", error.what());
    return static_cast<int>(error.exit_code());
  }
  return 0;
}
