// Against real Keras 3.15.1 on the real reviews (results/keras, see its README): float64 is the
// proof of the algorithm; float32 agrees until rounding turns a first ReLU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "reprise/core/named.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/record/recorder.hpp"
#include "support/real_data.hpp"

namespace reprise {
namespace {

using nlohmann::json;

json golden(const std::string& name) {
  std::ifstream in(testing::source_file("results/keras/" + name + ".json"));
  return json::parse(in);
}

struct Reviews {
  Csr x_train, x_test;
  Matrix<float> y_train, y_test;
};

const Reviews& reviews() {
  static const Reviews all = [] {
    const auto& [train, test] = testing::real_imdb();
    return Reviews{multi_hot(train.sequences, 10000), multi_hot(test.sequences, 10000),
                   as_column(train.labels), as_column(test.labels)};
  }();
  return all;
}

// The experiment `wanted["experiment"]` with its seed and settings, as a record.
json run_like(const json& wanted, ProcessOptions options) {
  options.seed = wanted["seed"];
  Process keras(options);
  RunRecord record;
  Recorder recorder(record);
  keras.watch(recorder);
  const auto hidden = *by_name<Activation>(wanted["activation"].get<std::string>());
  Sequential model(keras, {Dense{16, hidden}, Dense{16, hidden}, Dense{1, sigmoid}});
  model.compile({.optimizer = *by_name<Optimizer>(wanted["optimizer"].get<std::string>()),
                 .loss = wanted["loss"].is_null()
                             ? Loss(BinaryCrossentropy{})
                             : *by_name<Loss>(wanted["loss"].get<std::string>()),
                 .metrics = {"accuracy"}});
  const Reviews& r = reviews();
  const int epochs = static_cast<int>(wanted["history"][0]["loss"].size());
  if (wanted["experiment"] == "imdb") {
    model.fit(
        r.x_train.slice(10000, 25000), r.y_train.slice(10000, 25000),
        {.epochs = epochs,
         .batch_size = 512,
         .validation_data = ValidationData{r.x_train.slice(0, 10000), r.y_train.slice(0, 10000)}});
  } else {
    model.fit(r.x_train, r.y_train, {.epochs = epochs, .batch_size = 512});
    model.evaluate(r.x_test, r.y_test);
    record.predict_head.emplace();
    const Matrix<double> predictions = model.predict(r.x_test);
    for (std::size_t i = 0; i < 16; ++i) record.predict_head->push_back(predictions(i, 0));
  }
  return to_json(record);
}

void expect_near(const json& got, const json& wanted, double relative, const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double value = wanted[i];
    EXPECT_NEAR(got[i].get<double>(), value, relative * std::abs(value)) << what << " " << i;
  }
}

class Float64 : public ::testing::TestWithParam<std::string> {};

TEST_P(Float64, EqualsKerasInEveryEpoch) {
  REPRISE_NEEDS("imdb.npz");
  const json wanted = golden(GetParam());
  const json got = run_like(wanted, {.floatx = Dtype::float64, .backend = "reference"});
  // XLA has a tanh of its own; all else is the same arithmetic
  const double tolerance = wanted["activation"] == "tanh" ? 1e-6 : 1e-9;
  EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]);
  EXPECT_EQ(got["permutations"], wanted["permutations"]);
  for (const auto& [name, values] : wanted["history"][0].items()) {
    expect_near(got["history"][0][name], values, tolerance, name);
  }
  ASSERT_EQ(got["evaluate"].size(), wanted["evaluate"].size());
  for (std::size_t i = 0; i < wanted["evaluate"].size(); ++i) {
    expect_near(got["evaluate"][i], wanted["evaluate"][i], tolerance, "evaluate");
  }
  if (wanted.contains("predict_head")) {
    expect_near(got["predict_head"], wanted["predict_head"], 1e-8, "predict_head");
  }
  for (std::size_t v = 0; v < wanted["final_sums"][0].size(); ++v) {
    for (const char* sum : {"sum_abs", "sum_sq"}) {
      const double value = wanted["final_sums"][0][v][sum];
      EXPECT_NEAR(got["final_sums"][0][v][sum].get<double>(), value, tolerance * value) << v << sum;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Keras, Float64,
                         ::testing::Values("imdb__seed0__x64", "imdb__seed1__x64",
                                           "imdb__seed42__x64", "imdb_final__seed0__x64",
                                           "imdb_final__seed1__x64", "imdb_final__seed42__x64",
                                           "imdb__seed42__x64__mse", "imdb__seed42__x64__tanh"),
                         [](const auto& test) { return test.param; });

class Float32 : public ::testing::TestWithParam<int> {};

TEST_P(Float32, BeginsAsKerasDoes) {
  REPRISE_NEEDS("imdb.npz");
  const json wanted = golden("imdb__seed" + std::to_string(GetParam()));
  json first_epoch = wanted;
  for (auto& values : first_epoch["history"][0]) values = json{values[0]};
  for (const auto& backend : {"openmp", "reference"}) {
    const json got = run_like(first_epoch, {.backend = backend});
    EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]);
    EXPECT_EQ(got["permutations"][0], wanted["permutations"][0]);
    EXPECT_EQ(got["permutations"][1], wanted["permutations"][1]);
    for (const auto& [name, values] : first_epoch["history"][0].items()) {
      expect_near(got["history"][0][name], values, 1e-6, backend + (" " + name));
    }
  }
}

// Measured: 1.2e-7 at most for the test loss, no review of 25,000.
TEST_P(Float32, FinalRunMeetsKerasOnTheTestSet) {
  REPRISE_NEEDS("imdb.npz");
  const json wanted = golden("imdb_final__seed" + std::to_string(GetParam()));
  const json got = run_like(wanted, {.backend = "openmp"});
  EXPECT_EQ(got["permutations"], wanted["permutations"]);
  EXPECT_NEAR(got["evaluate"][0][0].get<double>(), wanted["evaluate"][0][0].get<double>(), 1e-5);
  EXPECT_NEAR(got["evaluate"][0][1].get<double>(), wanted["evaluate"][0][1].get<double>(),
              1.01 / 25000);
}

INSTANTIATE_TEST_SUITE_P(KerasSeed, Float32, ::testing::Values(0, 1, 2, 3, 4, 42),
                         [](const auto& test) { return std::to_string(test.param); });

// With the grain forced to 1 every parallel region uses every thread, also for the smallest layer.
TEST(Threads, AnyNumberGivesTheSameBitsOnTheRealReviews) {
  REPRISE_NEEDS("imdb.npz");
  const Reviews& r = reviews();
  std::set<std::uint32_t> checksums;
  for (const int threads : {1, 2, 3, 5, 8}) {
    Process keras({.backend = "openmp", .threads = threads, .force_grain_one = true});
    Sequential model(keras, {Dense{16, relu}, Dense{16, relu}, Dense{1, sigmoid}});
    model.compile({.loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
    model.fit(r.x_train, r.y_train, {.epochs = 2, .batch_size = 512});
    EXPECT_EQ(keras.team().fewest_entered(), threads);
    EXPECT_EQ(keras.team().most_entered(), threads);
    std::uint32_t crc = 0;
    for (const Variable& variable : model.variables()) crc = crc32(variable.bytes, crc);
    checksums.insert(crc);
  }
  EXPECT_EQ(checksums.size(), 1u);
}

TEST(Sgd, FirstEpochsMeetKeras) {
  REPRISE_NEEDS("imdb.npz");
  const json wanted = golden("imdb__seed0__sgd");
  const json got = run_like(wanted, {.backend = "openmp"});
  for (const auto& [name, values] : wanted["history"][0].items()) {
    expect_near(got["history"][0][name], values, 1e-5, name);
  }
}

}  // namespace
}  // namespace reprise
