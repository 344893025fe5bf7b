// The check of a run against a stored run of Keras: it holds for Keras's own numbers, and says no.
#include "check.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "origin.hpp"
#include "support/real_data.hpp"

namespace reprise::book {
namespace {

// A record that says what results/keras/imdb__seed42.json says.
RunRecord keras_own_run() {
  std::ifstream in(testing::source_file("results/keras/imdb__seed42.json"));
  const auto golden = nlohmann::json::parse(in);
  RunRecord run;
  run.experiment = "imdb";
  run.seed = 42;
  run.optimizer = "rmsprop";
  run.loss = "binary_crossentropy";
  run.activation = "relu";
  run.semantics = "keras-3.15";
  run.dtype = "float32";
  run.epochs = 20;
  run.batch_size = 512;
  auto& kernels = run.initial_kernels.emplace_back();
  for (const auto& kernel : golden["initial_kernels"][0]) {
    kernels.push_back({kernel["shape"], kernel["crc32"]});
  }
  run.permutations = golden["permutations"];
  run.history.push_back(golden["history"][0]);
  return run;
}

bool held(const RunRecord& run) {
  const Experiment& experiment = find_experiment(find_section("imdb"), "imdb");
  return check_run(run, experiment, testing::source_file("results")).held;
}

TEST(CheckRun, HoldsForKerasItself) { EXPECT_TRUE(held(keras_own_run())); }

TEST(CheckRun, SaysNoToNotANumberWhereverItStands) {
  for (const char* name : {"loss", "val_loss", "accuracy", "val_accuracy"}) {
    for (const std::size_t epoch : {0u, 1u, 19u}) {
      RunRecord run = keras_own_run();
      run.history[0][name][epoch] = std::numeric_limits<double>::quiet_NaN();
      EXPECT_FALSE(held(run)) << name << " of epoch " << epoch;
    }
  }
}

TEST(CheckRun, SaysNoToOtherKernelsBatchesLossesAndAccuracies) {
  RunRecord kernels = keras_own_run(), batches = kernels, loss = kernels, accuracy = kernels;
  kernels.initial_kernels[0][1].crc32 = "00000000";
  batches.permutations[20] = "00000000";
  loss.history[0]["val_loss"][19] *= 1.11;
  accuracy.history[0]["val_accuracy"][19] += 0.021;
  for (const RunRecord& run : {kernels, batches, loss, accuracy}) EXPECT_FALSE(held(run));
}

// Other formulas give other numbers, which nothing stored says anything about.
TEST(CheckRun, ComparesNothingUnderOtherSemantics) {
  const Experiment& experiment = find_experiment(find_section("imdb"), "imdb");
  for (const std::uint32_t seed : {42u, 1234567u}) {  // with and without a stored run
    RunRecord run = keras_own_run();
    run.seed = seed;
    run.semantics = "keras-2.2";
    run.history[0]["loss"][0] *= 1.1;
    const Verdict verdict = check_run(run, experiment, testing::source_file("results"));
    EXPECT_TRUE(verdict.held) << verdict.line;
    EXPECT_FALSE(verdict.compared) << verdict.line;
  }
}

TEST(CheckRun, ClaimsNothingOnStandinDataAndComparesNothing) {
  RunRecord run = keras_own_run();
  run.data.standin = true;
  run.permutations.clear();  // whatever came out
  const Experiment& experiment = find_experiment(find_section("imdb"), "imdb");
  const Verdict verdict = check_run(run, experiment, testing::source_file("results"));
  EXPECT_TRUE(verdict.held);
  EXPECT_FALSE(verdict.compared);
  EXPECT_EQ(verdict.line, kStandinNote);
  std::ostringstream table;
  print_table(table, {run}, {&experiment}, testing::source_file("results"));
  EXPECT_TRUE(table.str().starts_with(kStandinNote)) << table.str();
  EXPECT_EQ(table.str().find("notebook)"), std::string::npos) << table.str();
}

TEST(CheckRun, NamesUnverifiedDataAndComparesAllTheSame) {
  RunRecord run = keras_own_run();
  run.data = {"imdb.npz", std::string(64, 'a'), false, false};
  const Experiment& experiment = find_experiment(find_section("imdb"), "imdb");
  const Verdict verdict = check_run(run, experiment, testing::source_file("results"));
  EXPECT_TRUE(verdict.held);
  EXPECT_TRUE(verdict.compared);
  EXPECT_TRUE(verdict.line.starts_with("UNVERIFIED DATA: kernels")) << verdict.line;
  run.permutations[0] = "00000000";
  EXPECT_FALSE(held(run));
}

}  // namespace
}  // namespace reprise::book
