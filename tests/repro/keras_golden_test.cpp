// The sections' listings against real Keras 3.15.1 on the real data (results/keras, see its
// README): float64 is the proof of the algorithm; float32 agrees until rounding turns a first ReLU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "reprise/kernels/list.hpp"
#include "tests/support/book_runs.hpp"
#include "tests/support/real_data.hpp"

namespace reprise {
namespace {

using nlohmann::json;
using testing::golden;
using testing::run_like;

void expect_near(const json& got, const json& wanted, double relative, const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double value = wanted[i];
    EXPECT_NEAR(got[i].get<double>(), value, relative * std::abs(value)) << what << " " << i;
  }
}

// What float64 runs may differ by: 1e-9, but for
double tolerance(const json& wanted) {
  if (wanted["activation"] == "tanh") return 1e-6;        // XLA has a tanh of its own
  if (wanted["experiment"] == "overfit_l1") return 1e-4;  // sign(w) flips where w crosses 0
  return 1e-9;
}

class Float64 : public ::testing::TestWithParam<std::string> {};

TEST_P(Float64, EqualsKerasInEveryEpoch) {
  const json wanted = golden(GetParam());
  REPRISE_NEEDS(testing::data_file_of(wanted));
  const json got = run_like(wanted, {.floatx = Dtype::float64, .threads = 2});
  EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]);
  EXPECT_EQ(got["permutations"], wanted["permutations"]);
  ASSERT_EQ(got["history"].size(), wanted["history"].size());
  for (std::size_t fit = 0; fit < wanted["history"].size(); ++fit) {
    for (const auto& [name, values] : wanted["history"][fit].items()) {
      // Keras averages a mae metric in float32
      const double allowed = name.ends_with("mae") ? 1e-7 : tolerance(wanted);
      expect_near(got["history"][fit][name], values, allowed, name);
    }
  }
  ASSERT_EQ(got["evaluate"].size(), wanted["evaluate"].size());
  for (std::size_t i = 0; i < wanted["evaluate"].size(); ++i) {
    expect_near(got["evaluate"][i], wanted["evaluate"][i], std::max(tolerance(wanted), 1e-7),
                "evaluate");
  }
  if (wanted.contains("predict_head")) {
    expect_near(got["predict_head"], wanted["predict_head"], 1e-8, "predict_head");
  }
  for (std::size_t fit = 0; fit < wanted["final_sums"].size(); ++fit) {
    for (std::size_t v = 0; v < wanted["final_sums"][fit].size(); ++v) {
      for (const char* sum : {"sum_abs", "sum_sq"}) {
        const double value = wanted["final_sums"][fit][v][sum];
        EXPECT_NEAR(got["final_sums"][fit][v][sum].get<double>(), value, tolerance(wanted) * value)
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
  std::erase_if(names, [](const auto& name) { return name.find("__x64") == std::string::npos; });
  return names;
}

INSTANTIATE_TEST_SUITE_P(Keras, Float64, ::testing::ValuesIn(float64_runs()),
                         [](const auto& test) { return test.param; });

// Whole runs, sparse and dense, batches of 512 and of 16: what meets Keras on one backend meets it
// on the other.
TEST(Backends, EndWithTheSameBits) {
  for (const char* name : {"imdb__seed42__x64", "boston_kfold16__seed42__x64"}) {
    const json wanted = golden(name);
    REPRISE_NEEDS(testing::data_file_of(wanted));
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

// With the grain forced to 1 every parallel region uses every thread, also for the smallest layer
// (sequential_test.cpp asserts that they enter).
TEST(Threads, AnyNumberGivesTheSameBitsOnTheRealReviews) {
  REPRISE_NEEDS("imdb.npz");
  json two_epochs = golden("imdb_final__seed42");
  two_epochs["history"][0]["loss"] = {0, 0};
  two_epochs.erase("predict_head");
  std::set<json> checksums;
  for (const int threads : {1, 2, 3, 5, 8}) {
    const json got =
        run_like(two_epochs, {.backend = "openmp", .threads = threads, .force_grain_one = true});
    checksums.insert(got["weights_crc32"]);
  }
  EXPECT_EQ(checksums.size(), 1u);
}

// Every stored float32 run of IMDB and Reuters under Keras's usual settings: all losses of epochs 1
// to 3 to 1e-5. One in five may have met its first turned ReLU by then.
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

// The largest relative distance of any loss in the first three epochs.
double distance_of_first_losses(const json& got, const json& wanted) {
  double distance = 0;
  for (const auto& [name, values] : wanted["history"][0].items()) {
    if (!name.ends_with("loss")) continue;
    for (std::size_t e = 0; e < std::min<std::size_t>(3, values.size()); ++e) {
      const double keras = values[e], ours = got["history"][0][name][e];
      distance = std::max(distance, std::abs(ours - keras) / keras);
    }
  }
  return distance;
}

TEST(Float32Goldens, FourFifthsOfImdbAndReutersKeepToKerasForThreeEpochs) {
  REPRISE_NEEDS("imdb.npz");
  REPRISE_NEEDS("reuters.npz");
  std::vector<std::string> parted;
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
    if (distance_of_first_losses(got, wanted) > 1e-5) parted.push_back(name);
  }
  EXPECT_LE(parted.size() * 5, runs.size()) << ::testing::PrintToString(parted);
  RecordProperty("runs", static_cast<int>(runs.size()));
  RecordProperty("parted", ::testing::PrintToString(parted));
}

// The backends on libraries, wherever they are built, by the same rule on a handful of the runs.
TEST(Float32Goldens, LibrariesKeepToKerasForThreeEpochs) {
  REPRISE_NEEDS("imdb.npz");
  REPRISE_NEEDS("reuters.npz");
  const std::vector<std::string> runs{"imdb__seed0",     "imdb__seed42",
                                      "imdb_64__seed42", "imdb__seed42__tanh",
                                      "reuters__seed42", "reuters_3layer__seed42"};
  for (const BackendInfo& backend : backends()) {
    if (backend.borrowed_from.empty() || !backend.unavailable_reason.empty()) continue;
    std::vector<std::string> parted;
    for (const std::string& name : runs) {
      const json wanted = golden(name);
      json three_epochs = wanted;
      three_epochs["history"][0]["loss"] = {0, 0, 0};
      const json got = run_like(three_epochs, {.backend = std::string(backend.name)});
      EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]) << name;
      if (distance_of_first_losses(got, wanted) > 1e-5) parted.push_back(name);
    }
    EXPECT_LE(parted.size() * 5, runs.size())
        << backend.name << ": " << ::testing::PrintToString(parted);
  }
}

// Dense inputs take the library's products in every layer. Measured, all epochs of the four folds:
// 5.5e-7 in float32, 1.8e-12 in float64. A library with another order of sums may turn a ReLU on
// the way (Debian 13's reference BLAS in epoch 62), so that float32 is held to the first ten
// epochs. A stored run in float64 has other initial weights.
TEST(Backends, LibrariesMeetKerasOnTheHouses) {
  const json single = golden("boston_kfold16__seed42"),
             twice = golden("boston_kfold16__seed42__x64");
  REPRISE_NEEDS(testing::data_file_of(single));
  for (const BackendInfo& backend : backends()) {
    if (backend.borrowed_from.empty() || !backend.unavailable_reason.empty()) continue;
    for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
      if (dtype == Dtype::float64 && !backend.float64) continue;
      const json& wanted = dtype == Dtype::float64 ? twice : single;
      const json got = run_like(wanted, {.floatx = dtype, .backend = std::string(backend.name)});
      EXPECT_EQ(got["initial_kernels"], wanted["initial_kernels"]);
      for (std::size_t fit = 0; fit < wanted["history"].size(); ++fit) {
        json ours = got["history"][fit]["loss"], keras = wanted["history"][fit]["loss"];
        ASSERT_EQ(ours.size(), keras.size());
        constexpr std::size_t kSure = 10;
        for (json* losses : {&ours, &keras}) {
          if (dtype == Dtype::float32) losses->erase(losses->begin() + kSure, losses->end());
        }
        expect_near(ours, keras, dtype == Dtype::float64 ? 1e-9 : 1e-5, std::string(backend.name));
      }
    }
  }
}

// "Mathematically the same", says the book of integer labels; here it is the same to the bit.
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
