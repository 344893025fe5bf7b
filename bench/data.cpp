// bench_data times how Keras's files become the input of a network.
//   bench_data --case imdb
// `load` reads, decompresses and parses a file (or generates stand-in data). `multi_hot`, `scale`
// and `normalize` are the book's preprocessing, `permute` shuffles the samples of an epoch. Expect
// most of the time in the load of imdb.
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

void require(bool correct, const char* what) {
  if (!correct)
    throw Error(std::string("wrong answer: ") + what + " differs from a plain computation");
}

// Checks that each row of `got` holds exactly the distinct words of its sequence.
bool is_multi_hot(const Csr& got, const Sequences& sequences) {
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const std::set<std::int32_t> words(sequences[i].begin(), sequences[i].end());
    if (!std::ranges::equal(got.view().row(i), words)) return false;
  }
  return true;
}

using Prepare = std::function<PlainBenchmark()>;

// Verifies that two loads give the same data; a checksum has verified the file itself.
template <class Load>
Prepare loading(Load load) {
  return [load] {
    const std::uint32_t crc = load();
    if (load() != crc) throw Error("wrong answer: a second load_data gives other data");
    return PlainBenchmark{[load] { load(); }, crc, "load_data"};
  };
}

std::uint32_t digest_of_texts(const texts::Dataset& set) {
  return digest<std::int32_t>(set.train.sequences.values) ^
         digest<std::int32_t>(set.test.sequences.values);
}

PlainBenchmark multi_hot_benchmark(texts::Dataset set) {
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

PlainBenchmark scale_benchmark(mnist::Dataset set) {
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

PlainBenchmark normalize_benchmark(boston_housing::Dataset set) {
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

PlainBenchmark permutation_benchmark(std::size_t n) {
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
  const Setting no_backend{"none", 1, Dtype::float32, Cache::warm};
  const auto add = [&](const char* operation, const char* name, Samples samples, Prepare prepare) {
    register_plain(context, operation, name, context.samples.kind(samples), no_backend, prepare);
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

  add("load", "imdb", Samples::imdb, loading([=] { return digest_of_texts(load_imdb()); }));
  add("load", "reuters", Samples::reuters,
      loading([=] { return digest_of_texts(load_reuters()); }));
  add("load", "mnist", Samples::mnist,
      loading([=] { return digest<std::uint8_t>(load_mnist().train.images.view().flat()); }));
  add("load", "boston", Samples::boston,
      loading([=] { return digest<double>(load_boston().train.x.view().flat()); }));
  add("multi_hot", "imdb", Samples::imdb, [=] { return multi_hot_benchmark(load_imdb()); });
  add("multi_hot", "reuters", Samples::reuters,
      [=] { return multi_hot_benchmark(load_reuters()); });
  add("scale", "mnist", Samples::mnist, [=] { return scale_benchmark(load_mnist()); });
  add("normalize", "boston", Samples::boston, [=] { return normalize_benchmark(load_boston()); });
  add("permute", "imdb", Samples::random, [] { return permutation_benchmark(15000); });
  add("permute", "mnist", Samples::random, [] { return permutation_benchmark(60000); });
}

}  // namespace reprise::bench
