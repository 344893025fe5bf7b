// Replays the author's notebooks of 2017 on the real data and counts the printed values that are
// reproduced.
#include <gtest/gtest.h>

#include <cmath>

#include "repro/replay/comparison.hpp"
#include "tests/repro/replay/support.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::replay {
namespace {

// Replays a fit of a script of the collection and compares it with the notebook's log in
// results/book, which is returned in `log`.
Comparison replayed(const std::string& id, const std::string& name, Log& log) {
  static const KerasCache cache;
  const Script script = find_script(id);
  log = read_log(reprise::testing::source_file("results/book/" + name + ".json"), "notebook");
  DataSets data(cache);
  const ScriptPlan plan = plan_script(script, data);
  auto results = run_plan(
      plan, script, [&](const std::string& fit) { return belongs_to(fit, name); }, kPinned, 2);
  std::vector<BaselineResult> baselines;
  for (const BaselineResult& baseline : plan.baselines) {
    if (baseline.name == name) baselines.push_back(baseline);
  }
  return compare(name, &log, std::move(results), std::move(baselines), script, "pinned");
}

// Expects what the notebook printed in full for the test set.
void expect_test(const Comparison& fit, double loss, double accuracy) {
  ASSERT_EQ(fit.fits.at(0).evaluate.size(), 1u);
  EXPECT_NEAR(fit.fits[0].evaluate[0].loss, loss, 5e-9);
  EXPECT_NEAR(fit.fits[0].evaluate[0].metric, accuracy, 5e-9);
}

TEST(Notebooks, ImdbIs80Of80) {
  REPRISE_NEEDS("imdb.npz");
  Log log;
  EXPECT_EQ(replayed("3.5-imdb", "imdb", log).epochs().text(), "80 of 80");
}

TEST(Notebooks, ImdbFinalIs8Of8AndItsTest) {
  REPRISE_NEEDS("imdb.npz");
  Log log;
  const Comparison final = replayed("3.5-imdb", "imdb_final", log);
  EXPECT_EQ(final.epochs().text(), "8 of 8");
  expect_test(final, 0.29184698, 0.88496);
}

TEST(Notebooks, ReutersIs80Of80) {
  REPRISE_NEEDS("reuters.npz");
  Log log;
  EXPECT_EQ(replayed("3.6-reuters", "reuters", log).epochs().text(), "80 of 80");
}

TEST(Notebooks, Reuters8EpochsAre32Of32AndTheirTest) {
  REPRISE_NEEDS("reuters.npz");
  Log log;
  const Comparison eight = replayed("3.6-reuters", "reuters_8ep", log);
  EXPECT_EQ(eight.epochs().text(), "32 of 32");
  expect_test(eight, 0.98764629, 0.77693678);
}

TEST(Notebooks, TheShuffledLabelsAre415Of2246) {
  REPRISE_NEEDS("reuters.npz");
  Log log;
  const Comparison baseline = replayed("3.6-reuters", "reuters_baseline", log);
  ASSERT_EQ(baseline.baselines.size(), 1u);
  EXPECT_EQ(baseline.baselines[0].same, 415u);
  EXPECT_EQ(baseline.baselines[0].of, 2246u);
  EXPECT_TRUE(baseline.equal());
}

// A prediction that was fitted to nothing: two readers on plain machines printed .77872 for the
// test set after the 20 epochs (results/book/reuters.json, reruns.runs).
TEST(Notebooks, PlainReutersIsWhatReadersPrinted) {
  REPRISE_NEEDS("reuters.npz");
  const Script plain = testing::script_of(
      "process keras=2.2.2",
      "load_data reuters\n"
      "model first dense(64,relu) dense(64,relu) dense(46,softmax) loss=categorical_crossentropy\n"
      "fit reuters model=first on=train[1000:] epochs=20 batch=512 validation=train[:1000]\n"
      "evaluate reuters on=test\n");
  const KerasCache cache;
  DataSets data(cache);
  const auto results = run_plan(
      plan_script(plain, data), plain, [](const std::string&) { return true; }, kPinned, 1);
  EXPECT_NEAR(results.at(0).evaluate.at(0).metric, 0.77872, 5e-6);
}

// Expects at least so many equal values, which may depend on rounding; docs/replay.md has the
// counts for other arithmetics.
void expect_at_least(const std::string& name, std::size_t equal) {
  Log log;
  const Comparison overfit = replayed("4.4-overfitting", name, log);
  EXPECT_EQ(overfit.epochs().of, 80u);
  EXPECT_GE(overfit.epochs().equal, equal) << verdict(overfit);
}

TEST(Notebooks, OverfitSmallerIs80Of80) {
  REPRISE_NEEDS("imdb.npz");
  expect_at_least("overfit_smaller", 80);
}
TEST(Notebooks, OverfitOriginalIsAtLeast74) {
  REPRISE_NEEDS("imdb.npz");
  expect_at_least("overfit_original", 74);
}
TEST(Notebooks, OverfitL2IsAtLeast55) {
  REPRISE_NEEDS("imdb.npz");
  expect_at_least("overfit_l2", 55);
}
TEST(Notebooks, OverfitDropoutIsAtLeast38) {
  REPRISE_NEEDS("imdb.npz");
  expect_at_least("overfit_dropout", 38);
}

// A batch size of 1 amplifies every rounding error; other seeds are .3 to .8 away.
TEST(Notebooks, BostonsFoldsAreWithinThirteenHundredths) {
  REPRISE_NEEDS("boston_housing.npz");
  Log log;
  const Comparison folds = replayed("3.7-boston", "boston_kfold", log);
  ASSERT_EQ(folds.finals.size(), 4u);
  for (const ComparedValue& mae : folds.finals)
    EXPECT_LE(std::fabs(mae.difference()), 0.13) << mae.where;
}

}  // namespace
}  // namespace reprise::replay
