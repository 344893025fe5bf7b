// Compares the sections' listings with real Keras 3.15.1 on the real data (results/keras, see its
// README). float64 proves the algorithm; float32 agrees until rounding first flips a ReLU's sign.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "reprise/kernels/blas/library.hpp"
#include "reprise/kernels/list.hpp"
#include "repro/references/tolerances.hpp"
#include "tests/support/book_runs.hpp"
#include "tests/support/real_data.hpp"

namespace reprise {
namespace {

using nlohmann::json;
using testing::golden;
using testing::run_like;

// `relative` has a tolerance for each value.
void expect_near(const json& got, const json& wanted, const std::vector<double>& relative,
                 const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double value = wanted[i];
    EXPECT_NEAR(got[i].get<double>(), value, relative[i] * std::abs(value)) << what << " " << i;
  }
}

void expect_near(const json& got, const json& wanted, double relative, const std::string& what) {
  expect_near(got, wanted, std::vector<double>(wanted.size(), relative), what);
}

// With REPRISE_ALL_GOLDENS set, this program takes all runs and all their epochs. ctest does not
// have the time for that.
bool all_goldens() { return std::getenv("REPRISE_ALL_GOLDENS") != nullptr; }

// Runs of chapter 5 on MNIST, with 10 epochs of 2 to 8 s in float64, and runs with flags of a
// reader.
bool is_long(const std::string& name) {
  return name.starts_with("generalization_") || name.starts_with("tuning_") ||
         name.starts_with("capacity_") || name.starts_with("mnist_naive") ||
         name.find("__own_") != std::string::npos;
}

// ctest takes every short run, and the long runs of seed 42 with the experiment's own optimizer.
bool is_for_ctest(const std::string& name) {
  return !is_long(name) ||
         (name.find("__seed42") != std::string::npos && !name.ends_with("__adam"));
}

// What a curve may differ by in each epoch: `allowed`, or ten times as much as Keras in float64
// differs from itself without XLA's algebraic simplifier up to that epoch. Such a run is stored
// beside runs that amplify rounding errors.
std::vector<double> tolerances_by_epoch(std::string name, const json& wanted, std::size_t fit,
                                        const std::string& curve, double allowed) {
  const json& values = wanted["history"][fit][curve];
  std::vector<double> tolerances(values.size(), allowed);
  name.replace(name.find("__x64"), 5, "__x64_algsimp_off");
  if (!std::filesystem::exists(testing::source_file("results/keras/" + name + ".json"))) {
    return tolerances;
  }
  const json others = golden(name)["history"][fit][curve];
  double farthest = 0;
  for (std::size_t epoch = 0; epoch < std::min(values.size(), others.size()); ++epoch) {
    const double x = values[epoch], y = others[epoch];
    if (x != y) farthest = std::max(farthest, std::abs(x - y) / std::abs(x));
    tolerances[epoch] = std::max(allowed, 10 * farthest);
  }
  return tolerances;
}

class Float64 : public ::testing::TestWithParam<std::string> {};

TEST_P(Float64, EqualsKerasInEveryEpoch) {
  json wanted = golden(GetParam());
  if (!testing::has_data_of(wanted)) GTEST_SKIP() << testing::data_file_of(wanted) << " is missing";
  const bool is_shortened = is_long(GetParam()) && !all_goldens();
  if (is_shortened) wanted = testing::first_epochs(wanted, 3);
  const RunRecord record = testing::record_like(wanted, {.floatx = Dtype::float64, .threads = 2});
  const json got = to_json(record);
  const book::Tolerances tolerances = book::tolerances_for(record);
  double tolerance = tolerances.later_epochs.loss;
  // --check lets a run differ that parts from Keras after some epochs; here Keras's own distance
  // does
  if (tolerance > book::kFloat64L1) tolerance = book::kFloat64;
  EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]);
  EXPECT_EQ(got["permutations"], wanted["permutations"]);
  ASSERT_EQ(got["history"].size(), wanted["history"].size());
  for (std::size_t fit = 0; fit < wanted["history"].size(); ++fit) {
    for (const auto& [name, values] : wanted["history"][fit].items()) {
      const double allowed = name.ends_with("mae") ? book::kFloat64StoredMae : tolerance;
      expect_near(got["history"][fit][name], values,
                  tolerances_by_epoch(GetParam(), wanted, fit, name, allowed), name);
    }
  }
  if (!is_shortened) {
    ASSERT_EQ(got["evaluate"].size(), wanted["evaluate"].size());
    for (std::size_t i = 0; i < wanted["evaluate"].size(); ++i) {
      expect_near(got["evaluate"][i], wanted["evaluate"][i], tolerances.evaluation.loss,
                  "evaluate");
    }
  }
  if (wanted.contains("predict_head")) {
    expect_near(got["predict_head"], wanted["predict_head"], 1e-8, "predict_head");
  }
  for (std::size_t fit = 0; fit < wanted["final_sums"].size(); ++fit) {
    const double allowed = tolerances_by_epoch(GetParam(), wanted, fit, "loss", tolerance).back();
    for (std::size_t v = 0; v < wanted["final_sums"][fit].size(); ++v) {
      for (const char* sum : {"sum_abs", "sum_sq"}) {
        const double value = wanted["final_sums"][fit][v][sum];
        EXPECT_NEAR(got["final_sums"][fit][v][sum].get<double>(), value, allowed * value)
            << v << sum;
      }
    }
  }
}

std::vector<std::string> stored_runs() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(testing::source_file("results/keras"))) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> float64_runs() {
  auto names = stored_runs();
  std::erase_if(names, [](const auto& name) {
    // x64_algsimp_off tells how far Keras is from itself
    return name.find("__x64") == std::string::npos ||
           name.find("__x64_algsimp_off") != std::string::npos ||
           !(is_for_ctest(name) || all_goldens());
  });
  return names;
}

INSTANTIATE_TEST_SUITE_P(Keras, Float64, ::testing::ValuesIn(float64_runs()), [](const auto& test) {
  std::string name = test.param;
  std::ranges::replace(name, '-', '_');  // of tuning_lr_1e-2
  return name;
});

// Whole runs, sparse and dense, with batches of 512 and of 16: both backends have the same bits, so
// that both agree with Keras if one does.
TEST(Backends, EndWithTheSameBits) {
  for (const char* name : {"imdb__seed42__x64", "boston_kfold16__seed42__x64"}) {
    const json wanted = golden(name);
    if (!testing::has_data_of(wanted))
      GTEST_SKIP() << testing::data_file_of(wanted) << " is missing";
    for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
      const json plain = run_like(wanted, {.floatx = dtype, .backend = "reference"});
      const json fast = run_like(wanted, {.floatx = dtype, .threads = 2});
      EXPECT_EQ(fast["weights_crc32"], plain["weights_crc32"]) << name;
      EXPECT_EQ(fast["history"], plain["history"]) << name;
    }
  }
}

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

// Measured: the test loss differs by at most 1.2e-7, and no review of 25,000 is classified
// differently.
TEST_P(Float32, FinalRunAgreesWithKerasOnTheTestSet) {
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

// With the grain forced to 1, every parallel region uses every thread even for the smallest layer
// (sequential_test.cpp asserts that they enter).
TEST(Threads, AnyNumberGivesTheSameBitsOnTheRealReviews) {
  REPRISE_NEEDS("imdb.npz");
  json two_epochs = golden("imdb_final__seed42");
  two_epochs["history"][0]["loss"] = {0, 0};
  two_epochs.erase("predict_head");
  std::set<json> checksums;
  for (const int threads : {1, 2, 3, 5, 8}) {
    const json got = run_like(two_epochs, {.backend = "openmp", .threads = threads}, true);
    checksums.insert(got["weights_crc32"]);
  }
  EXPECT_EQ(checksums.size(), 1u);
}

// Every stored float32 run of IMDB and Reuters with Keras's default mode: the losses of epochs 1 to
// 3 are equal to kFloat32Equal. In one run of five, a ReLU's sign may have flipped by then.
std::vector<std::string> float32_runs() {
  std::vector<std::string> names;
  for (const std::string& name : stored_runs()) {
    const bool text = name.starts_with("imdb") || name.starts_with("reuters");
    const bool other = name.find("__x64") != std::string::npos ||
                       name.find("__algsimp_off") != std::string::npos ||
                       name.find("__eager") != std::string::npos;
    if (text && !other) names.push_back(name);
  }
  return names;
}

// The largest relative difference of a loss in the first three epochs.
double difference_of_first_losses(const json& got, const json& wanted) {
  double difference = 0;
  for (const auto& [name, values] : wanted["history"][0].items()) {
    if (!name.ends_with("loss")) continue;
    const json& curve = got["history"][0][name];
    for (std::size_t e = 0; e < std::min({std::size_t{3}, values.size(), curve.size()}); ++e) {
      const double keras = values[e], ours = curve[e];
      difference = std::max(difference, std::abs(ours - keras) / keras);
    }
  }
  return difference;
}

TEST(Float32Goldens, FourFifthsOfImdbAndReutersEqualKerasForThreeEpochs) {
  REPRISE_NEEDS("imdb.npz");
  REPRISE_NEEDS("reuters.npz");
  std::vector<std::string> diverged;
  const auto runs = float32_runs();
  for (const std::string& name : runs) {
    const json wanted = golden(name);
    json three_epochs = wanted;
    auto& losses = three_epochs["history"][0]["loss"];
    if (losses.size() > 3) losses = {0, 0, 0};
    const json got = run_like(three_epochs, {.backend = "openmp"});
    EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]) << name;
    for (std::size_t i = 0; i < got["permutations"].size(); ++i) {
      EXPECT_EQ(got["permutations"][i], wanted["permutations"][i]) << name << " " << i;
    }
    if (difference_of_first_losses(got, wanted) > book::kFloat32Equal) diverged.push_back(name);
  }
  EXPECT_LE(diverged.size() * 5, runs.size()) << ::testing::PrintToString(diverged);
  RecordProperty("runs", static_cast<int>(runs.size()));
  RecordProperty("diverged", ::testing::PrintToString(diverged));
}

// Backends that call a library. ctest runs each test in a process of its own, which can load one
// BLAS.
class LibraryBackend : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string& reason = info().unavailable_reason();
    if (!reason.empty()) {
      ASSERT_TRUE(GetParam() == "mkl" || GetParam() == "onednn")
          << reason;  // others are always there
      GTEST_SKIP() << GetParam() << ": " << reason;
    }
    const BlasLibrary* const loaded = BlasLibrary::loaded();
    if (info().is_blas && loaded != nullptr && loaded->backend() != GetParam())
      GTEST_SKIP() << "this process has loaded " << loaded->backend();
  }
  static const BackendInfo& info() { return find_backend(GetParam()); }
};

std::vector<std::string> library_backends() {
  std::vector<std::string> names;
  for (const BackendInfo& backend : backends()) {
    if (!backend.borrowed_from.empty()) names.push_back(backend.name);
  }
  return names;
}
INSTANTIATE_TEST_SUITE_P(Goldens, LibraryBackend, ::testing::ValuesIn(library_backends()),
                         [](const auto& test) { return test.param; });

// The same on the backends that use libraries, for some of the runs, or for all of them if
// REPRISE_ALL_GOLDENS is set (tools/check_backends).
TEST_P(LibraryBackend, EqualsKerasForThreeEpochs) {
  REPRISE_NEEDS("imdb.npz");
  REPRISE_NEEDS("reuters.npz");
  std::vector<std::string> runs{"imdb__seed0",        "imdb__seed42",    "imdb_64__seed42",
                                "imdb__seed42__tanh", "reuters__seed42", "reuters_3layer__seed42"};
  if (all_goldens()) runs = float32_runs();
  std::vector<std::string> diverged;
  for (const std::string& name : runs) {
    const json wanted = golden(name);
    json three_epochs = wanted;
    three_epochs["history"][0]["loss"] = {0, 0, 0};
    const json got = run_like(three_epochs, {.backend = GetParam()});
    EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]) << name;
    if (difference_of_first_losses(got, wanted) > book::kFloat32Equal) diverged.push_back(name);
  }
  EXPECT_LE(diverged.size() * 5, runs.size()) << ::testing::PrintToString(diverged);
  std::cout << runs.size() << " runs, " << diverged.size() << " diverged\n";
}

// Dense inputs use the library's products in every layer. Measured over all epochs of the four
// folds: 5.5e-7 in float32, 1.8e-12 in float64. A library with another order of sums may flip a
// ReLU's sign on the way (Debian 13's reference BLAS in epoch 62), so that float32 is compared only
// in the first ten epochs. A stored run in float64 has other initial weights.
TEST_P(LibraryBackend, AgreesWithKerasOnBostonHousing) {
  const json single = golden("boston_kfold16__seed42"),
             twice = golden("boston_kfold16__seed42__x64");
  if (!testing::has_data_of(single)) GTEST_SKIP() << testing::data_file_of(single) << " is missing";
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    if (dtype == Dtype::float64 && !info().float64) continue;
    const json& wanted = dtype == Dtype::float64 ? twice : single;
    const json got = run_like(wanted, {.floatx = dtype, .backend = GetParam()});
    EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]);
    for (std::size_t fit = 0; fit < wanted["history"].size(); ++fit) {
      json ours = got["history"][fit]["loss"], keras = wanted["history"][fit]["loss"];
      ASSERT_EQ(ours.size(), keras.size());
      constexpr std::size_t kCompared = 10;
      for (json* losses : {&ours, &keras}) {
        if (dtype == Dtype::float32) losses->erase(losses->begin() + kCompared, losses->end());
      }
      expect_near(ours, keras, dtype == Dtype::float64 ? book::kFloat64 : book::kFloat32Equal,
                  GetParam());
    }
  }
}

// The book calls integer labels mathematically equivalent to one-hot rows; here they give the same
// bits.
TEST(IntegerLabels, GiveTheBitsOfOneHotRows) {
  REPRISE_NEEDS("reuters.npz");
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    json wanted = golden("reuters__seed42");
    wanted["history"][0]["loss"] = {0, 0, 0};
    json sparse = wanted;
    sparse["experiment"] = "reuters_sparse";
    const std::string backend = dtype == Dtype::float64 ? "reference" : "openmp";
    const json a = run_like(wanted, {.floatx = dtype, .backend = backend});
    const json b = run_like(sparse, {.floatx = dtype, .backend = backend});
    for (const char* field : {"history", "weights_crc32", "permutations"})
      EXPECT_EQ(a[field], b[field]);
  }
}

}  // namespace
}  // namespace reprise
