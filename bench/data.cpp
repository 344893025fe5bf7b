// bench_data: from Keras's files to what a network takes.
//   bench_data --case imdb
// `load` reads, inflates and takes apart (stand-in data: generates), `multi_hot`,
// `scale` and `normalize` are the book's vectorizers, `permute` the order of an epoch.
// Expect: imdb's load to be most of it.
#include <algorithm>
#include <cmath>
#include <set>

#include "bench/harness/program.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/boston_housing.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/normalize.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/random/numpy_random.hpp"

namespace reprise::bench {

namespace {

constexpr int kNumWords = 10000;

template <class T>
std::uint32_t digest(std::span<const T> values) {
  return crc32(std::as_bytes(values));
}

void require(bool right, const char* what) {
  if (!right) throw Error(std::string("wrong answer: ") + what + " differs from its plain twin");
}

// Row by row, by sets, as the listing's description has it.
bool is_multi_hot(const Csr& got, const Sequences& sequences) {
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const std::set<std::int32_t> words(sequences[i].begin(), sequences[i].end());
    if (!std::ranges::equal(got.view().row(i), words)) return false;
  }
  return true;
}

using Prepare = std::function<PlainBody()>;

// What comes out twice has to be the same; the file itself was verified by its checksum.
template <class Load>
Prepare loading(Load load) {
  return [load] {
    const std::uint32_t once = load();
    require(load() == once, "what was loaded");
    return PlainBody{[load] { load(); }, once, "load_data"};
  };
}

std::uint32_t digest_of_texts(const texts::Dataset& set) {
  return digest<std::int32_t>(set.train.sequences.values) ^
         digest<std::int32_t>(set.test.sequences.values);
}

PlainBody multi_hot_body(texts::Dataset set) {
  const auto texts = std::make_shared<texts::Dataset>(std::move(set));
  const Sequences& sequences = texts->train.sequences;
  const Csr csr = multi_hot(sequences, kNumWords);
  require(is_multi_hot(csr, sequences), "multi_hot");
  std::uint32_t crc = 0;
  for (std::size_t i = 0; i < csr.rows(); ++i) crc = crc32(std::as_bytes(csr.view().row(i)), crc);
  const double bytes = 4.0 * static_cast<double>(sequences.values.size());
  return {
      [texts] { multi_hot(texts->train.sequences, kNumWords); }, crc, "multi_hot", {0, bytes, 0}};
}

PlainBody scale_body(mnist::Dataset set) {
  const auto images = std::make_shared<Matrix<std::uint8_t>>(std::move(set.train.images));
  const MatrixView<const std::uint8_t> pixels = images->view();
  const Matrix<float> scaled = mnist::scaled(pixels);
  for (std::size_t i = 0; i < pixels.flat().size(); ++i) {
    require(scaled.view().data[i] == static_cast<float>(pixels.data[i]) / 255.0f, "scaled");
  }
  return {[images] { mnist::scaled(images->view()); },
          digest<float>(scaled.view().flat()),
          "scaled",
          {0, 5.0 * static_cast<double>(pixels.flat().size()), 0}};
}

PlainBody normalize_body(boston_housing::Dataset set) {
  const auto x = std::make_shared<Matrix<double>>(std::move(set.train.x));
  Matrix<double> once = *x;
  measure(once).apply(once.view());
  for (const double mean : column_means(once)) require(std::abs(mean) < 1e-12, "normalize");
  return {[x] {
            Matrix<double> copy = *x;
            measure(copy).apply(copy.view());
          },
          digest<double>(once.view().flat()),
          "measure, apply",
          {0, 16.0 * static_cast<double>(once.view().flat().size()), 0}};
}

PlainBody permutation_body(std::size_t n) {
  auto order = NumpyRandom(42).permutation(n);
  const std::uint32_t crc = digest<std::int32_t>(order);
  std::ranges::sort(order);
  for (std::size_t i = 0; i < n; ++i) {
    require(order[i] == static_cast<std::int32_t>(i), "permutation");
  }
  const auto random = std::make_shared<NumpyRandom>(42);
  return {[random, n] { random->permutation(n); }, crc, "Mersenne Twister"};
}

}  // namespace

void register_data(Context& context) {
  const Setting nobody{"none", 1, Dtype::float32, Cache::warm};
  const auto add_row = [&](const char* operation, const char* name, Samples samples,
                           Prepare prepare) {
    register_plain(context, operation, name, context.samples.kind(samples), nobody, prepare);
  };
  const auto source = [&context](Samples samples) {
    return context.samples.source(file_of(samples));
  };
  const auto load_imdb = [=] {
    return imdb::load_data(source(Samples::imdb), {.num_words = kNumWords});
  };
  const auto load_reuters = [=] {
    return reuters::load_data(source(Samples::reuters), {.num_words = kNumWords});
  };
  const auto load_mnist = [=] { return mnist::load_data(source(Samples::mnist)); };
  const auto load_boston = [=] { return boston_housing::load_data(source(Samples::boston)); };

  add_row("load", "imdb", Samples::imdb, loading([=] { return digest_of_texts(load_imdb()); }));
  add_row("load", "reuters", Samples::reuters,
          loading([=] { return digest_of_texts(load_reuters()); }));
  add_row("load", "mnist", Samples::mnist,
          loading([=] { return digest<std::uint8_t>(load_mnist().train.images.view().flat()); }));
  add_row("load", "boston", Samples::boston,
          loading([=] { return digest<double>(load_boston().train.x.view().flat()); }));
  add_row("multi_hot", "imdb", Samples::imdb, [=] { return multi_hot_body(load_imdb()); });
  add_row("multi_hot", "reuters", Samples::reuters, [=] { return multi_hot_body(load_reuters()); });
  add_row("scale", "mnist", Samples::mnist, [=] { return scale_body(load_mnist()); });
  add_row("normalize", "boston", Samples::boston, [=] { return normalize_body(load_boston()); });
  add_row("permute", "imdb", Samples::random, [] { return permutation_body(15000); });
  add_row("permute", "mnist", Samples::random, [] { return permutation_body(60000); });
}

}  // namespace reprise::bench
