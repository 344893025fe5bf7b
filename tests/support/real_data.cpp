#include "tests/support/real_data.hpp"

#include "reprise/core/error.hpp"
#include "reprise/data/cache.hpp"

namespace reprise::testing {

std::optional<std::filesystem::path> real_file(const std::string& name) {
  try {
    return KerasCache().find(name).path;
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::missing) throw;  // a damaged file fails the test
    return {};
  }
}

const imdb::Dataset& real_imdb() {
  static const imdb::Dataset data =
      imdb::load_data(KerasCache().find("imdb.npz"), {.num_words = 10000});
  return data;
}

const reuters::Dataset& real_reuters() {
  static const reuters::Dataset data =
      reuters::load_data(KerasCache().find("reuters.npz"), {.num_words = 10000});
  return data;
}

const mnist::Dataset& real_mnist() {
  static const mnist::Dataset data = mnist::load_data(KerasCache().find("mnist.npz"));
  return data;
}

std::filesystem::path source_file(const std::string& path) {
  return std::filesystem::path(REPRISE_SOURCE_DIR) / path;
}

}  // namespace reprise::testing
