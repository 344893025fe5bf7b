// The check of a run against a stored run of Keras: it accepts Keras's own numbers and rejects
// others.
#include "repro/references/check.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "reprise/core/named.hpp"
#include "reprise/record/run_reader.hpp"
#include "repro/editions.hpp"
#include "repro/program/runner.hpp"
#include "repro/provenance.hpp"
#include "repro/read_runs.hpp"
#include "repro/references/table.hpp"
#include "tests/support/book_runs.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::book {
namespace {

using nlohmann::json;

// A record's run of that experiment before training.
RunRecord blank_run(const std::string& program, const std::string& id, int edition = 1) {
  const Section& section = find_section(program);
  const Experiment& experiment = find_experiment(section, id);
  const DataRecord data{std::string(section.data), std::string(64, 'a'), false, true};
  return blank_record({&section, &experiment, edition, settings_in(edition, experiment), {}}, data);
}

// A run with the numbers of results/keras/imdb__seed42.json, or of its float64 twin.
RunRecord keras_own_run(const char* name = "imdb__seed42") {
  RunRecord run = blank_run("imdb", "imdb");
  static_cast<RunResults&>(run) = run_results_from(testing::golden(name), name);
  return run;
}

CheckResult checked(const RunRecord& run) {
  return check_run(run, testing::source_file("results"));
}
bool held(const RunRecord& run) { return checked(run).held; }

TEST(CheckRun, HoldsForKerasItself) { EXPECT_TRUE(held(keras_own_run())); }

TEST(CheckRun, RejectsNaNAnywhere) {
  for (const char* name : {"loss", "val_loss", "accuracy", "val_accuracy"}) {
    for (const std::size_t epoch : {0u, 1u, 19u}) {
      RunRecord run = keras_own_run();
      run.history[0][name][epoch] = std::numeric_limits<double>::quiet_NaN();
      EXPECT_FALSE(held(run)) << name << " of epoch " << epoch;
      EXPECT_EQ(checked(run).line, fmt::format("diverged in epoch {}: its losses are not finite "
                                               "numbers, and no epoch is its best",
                                               epoch + 1));
    }
  }
}

TEST(CheckRun, RejectsOtherInitialWeightsAndBatches) {
  RunRecord kernels = keras_own_run(), batches = kernels;
  kernels.initial_kernels[0][1].crc32 = "00000000";
  batches.permutations[20] = "00000000";
  for (const RunRecord& run : {kernels, batches}) EXPECT_FALSE(held(run));
}

// With fewer epochs in the first fold the later folds begin with other random numbers.
TEST(CheckRun, ComparesOnlyTheFirstFoldOfAShorterRun) {
  RunRecord run = blank_run("boston", "boston_kfold");
  static_cast<RunResults&>(run) =
      run_results_from(testing::golden("boston_kfold__seed42"), "boston_kfold__seed42");
  EXPECT_TRUE(held(run));
  for (History& fold : run.history) {
    for (auto& [name, values] : fold) values.resize(1);
  }
  run.epochs = 1;
  run.permutations.resize(2);
  run.history[1]["loss"][0] *= 2;
  EXPECT_TRUE(held(run));
  EXPECT_NE(checked(run).line.find("in all 1 epochs of the first fit"), std::string::npos)
      << checked(run).line;
  run.history[0]["loss"][0] *= 2;
  EXPECT_FALSE(held(run));
}

// `by` times as much (a loss) or more (an accuracy) from epoch `first` on, for `epochs`.
RunRecord moved(const std::string& name, double by, std::size_t first, std::size_t epochs) {
  RunRecord run = keras_own_run();
  for (std::size_t e = first; e < first + epochs; ++e) {
    const double value = run.history[0][name][e];
    run.history[0][name][e] = name.ends_with("loss") ? by * value : by + value;
  }
  return run;
}

TEST(CheckRun, AllowsJumpsOfFloat32ButNoOtherFirstEpochNorOtherCurves) {
  EXPECT_FALSE(held(moved("loss", 1.011, 0, 1)));
  EXPECT_TRUE(held(moved("loss", 1.001, 0, 1)));
  EXPECT_FALSE(held(moved("val_accuracy", 0.006, 0, 1)));
  EXPECT_TRUE(held(moved("val_loss", 1.5, 19, 1)));
  EXPECT_TRUE(held(moved("val_loss", 1.09, 1, 19)));
  EXPECT_FALSE(held(moved("val_loss", 1.11, 5, 15)));
  EXPECT_FALSE(held(moved("val_accuracy", 0.021, 5, 15)));
}

TEST(CheckRun, AllowsNothingInFloat64) {
  RunRecord run = keras_own_run("imdb__seed42__x64");
  run.dtype = "float64";
  EXPECT_TRUE(held(run));
  run.history[0]["val_loss"][12] *= 1 + 2e-9;
  EXPECT_FALSE(held(run));
}

TEST(CheckRun, NamesTheEpochOfTheFirstDifference) {
  RunRecord run = keras_own_run();
  run.history[0]["loss"][4] *= 1.0001;
  EXPECT_TRUE(held(run));
  EXPECT_EQ(
      checked(run).line,
      "agrees with Keras 3.15.1: same initial weights and batches; losses equal within 1e-05 in "
      "the first 4 of 20 epochs, first difference in epoch 5");
  EXPECT_EQ(checked(run).details,
            "largest differences: loss 3.3e-05, accuracy 0.0000; tolerances: loss 1.0e-02, "
            "accuracy 0.0050 in epoch 1, loss 1.0e-01, accuracy 0.0200 in at least half of the "
            "later epochs, loss 2.5e-01, accuracy 0.0200 in the evaluation");
}

TEST(CheckRun, SaysWhatDiffers) {
  EXPECT_EQ(
      checked(keras_own_run()).line,
      "agrees with Keras 3.15.1: same initial weights and batches; losses equal within 1e-05 in "
      "all 20 epochs");
  RunRecord batches = keras_own_run();
  batches.permutations[20] = "00000000";
  EXPECT_EQ(checked(batches).line,
            "differs from Keras 3.15.1: the batches are different: permutation 20 differs");
  const std::string line = checked(moved("val_accuracy", 0.006, 0, 1)).line;
  EXPECT_NE(line.find("; epoch 1 differs by loss 0.0e+00, accuracy 0.0060 (tolerance loss "
                      "1.0e-02, accuracy 0.0050)"),
            std::string::npos)
      << line;
}

TEST(CheckRun, DoesNotCompareOtherSemanticsOrSettingsWithKeras) {
  RunRecord other = keras_own_run();
  other.semantics = "keras-2.0.8";
  other.history[0]["loss"][0] = 17;
  EXPECT_NE(checked(other).line.find("the published re-runs"), std::string::npos);
  RunRecord changed = keras_own_run();
  json settings = *changed.settings;
  settings["units"] = {7};
  changed.settings = std::make_shared<json>(settings);
  changed.history[0]["loss"][0] = 17;
  EXPECT_FALSE(checked(changed).compared);
}

TEST(CheckRun, DoesNotCompareStandinData) {
  RunRecord run = keras_own_run();
  run.data.standin = true;
  run.permutations.clear();  // any result
  const CheckResult verdict = checked(run);
  EXPECT_TRUE(verdict.held);
  EXPECT_FALSE(verdict.compared);
  EXPECT_EQ(verdict.line, kStandinNote);
  std::ostringstream table;
  print_table(table, {run}, testing::source_file("results"));
  EXPECT_TRUE(table.str().starts_with(kStandinNote)) << table.str();
  EXPECT_EQ(table.str().find("notebook)"), std::string::npos) << table.str();
}

TEST(CheckRun, MarksAndComparesUnverifiedData) {
  RunRecord run = keras_own_run();
  run.data.verified = false;
  const CheckResult verdict = checked(run);
  EXPECT_TRUE(verdict.held);
  EXPECT_TRUE(verdict.compared);
  EXPECT_TRUE(verdict.line.starts_with("UNVERIFIED DATA: agrees")) << verdict.line;
  run.permutations[0] = "00000000";
  EXPECT_FALSE(held(run));
}

TEST(CheckRun, ComparesASeedWithoutAKerasRunWithPublishedReRuns) {
  RunRecord run = keras_own_run();
  run.seed = 777;
  const CheckResult verdict = checked(run);
  EXPECT_TRUE(verdict.held);
  EXPECT_TRUE(verdict.compared);
  EXPECT_NE(verdict.line.find("min_val_loss"), std::string::npos) << verdict.line;
  EXPECT_NE(verdict.details.find("min_val_loss 0.2767 within"), std::string::npos)
      << verdict.details;
  for (double& loss : run.history[0]["val_loss"]) loss += 0.1;
  EXPECT_FALSE(held(run));
}

std::string table_of(const RunRecord& run) {
  std::ostringstream out;
  print_table(out, {run}, testing::source_file("results"));
  return out.str();
}

TEST(PrintTable, ShowsTheQuantitiesOfTheRunsEdition) {
  const auto run = [](int edition) {
    RunRecord blank = blank_run("imdb", "imdb_final", edition);
    blank.evaluate = {{0.3, 0.88}};
    return blank;
  };
  EXPECT_NE(table_of(run(1)).find("0.2930 (print), 0.2918 (notebook) "), std::string::npos);
  EXPECT_EQ(table_of(run(1)).find("edition)"), std::string::npos);
  EXPECT_NE(table_of(run(2)).find(" 0.2930 (print 2nd edition) "), std::string::npos);
}

// A new experiment needs an entry only in its section's table.
TEST(Editions, ChangesOfAWholeSectionApplyToANewExperiment) {
  Experiment added = *find_anywhere("imdb");
  added.id = "imdb_128";
  EXPECT_EQ(name_of(settings_in(2, added).optimizer), "rmsprop");
  EXPECT_EQ(name_of(settings_in(3, added).optimizer), "adam");
  added = *find_anywhere("overfit_l2");
  added.id = "overfit_l2_more";
  EXPECT_EQ(settings_in(1, added).validation_split, 0.0);
  EXPECT_EQ(settings_in(2, added).validation_split, 0.4);
  EXPECT_EQ(to_json(settings_in(3, *find_anywhere("reuters_baseline"))),
            to_json(find_anywhere("reuters_baseline")->settings));
}

// The runs are of experiments with l1 and l2 penalties, two metrics, and a curve without smoothing.
TEST(Run1, IsReadWithTypedSettings) {
  const auto runs = read_runs(testing::source_file("tests/repro/run_1.json"));
  ASSERT_EQ(runs.size(), 4u);
  for (const RunRecord& run : runs) {
    const Experiment& experiment = *find_anywhere(run.experiment);
    Settings expected = settings_in(run.edition, experiment);
    expected.epochs = 1;
    expected.batch_size = 4096;
    // as text: the key of a run is one
    EXPECT_EQ(run.settings->dump(), to_json(expected).dump()) << experiment.id;
  }
}

// The second edition trains the folds with batches of 16: its quantities are those of
// boston_kfold16.
TEST(PrintTable, FindsTheQuantitiesOfAnExperimentThatAnEditionChanged) {
  RunRecord run = blank_run("boston", "boston_kfold", 2);
  run.history = {{{"loss", {1.0}}, {"mae", {1.0}}}};
  run.evaluate = {{9.0, 2.0}, {9.0, 3.0}, {9.0, 2.0}, {9.0, 3.0}};
  EXPECT_NE(table_of(run).find("2.5671 (print 2nd edition)"), std::string::npos) << table_of(run);
  EXPECT_NE(table_of(run).find("2.5000\n"), std::string::npos) << table_of(run);
}

}  // namespace
}  // namespace reprise::book
