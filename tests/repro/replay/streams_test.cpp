// Tests what a script draws from NumPy's stream. The expected op seeds were drawn by an independent
// program for the same sessions. Streams depend only on the sizes of the data, so that stand-in
// data give the same streams as the real data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/repro/replay/support.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::replay {
namespace {

using ::testing::ElementsAre;
using testing::script_of;
using testing::standin_cache;

// Returns the op seeds of the models of a script.
std::vector<std::vector<std::uint32_t>> op_seeds(const Script& script) {
  DataSets data(standin_cache());
  std::vector<std::vector<std::uint32_t>> all;
  for (const ModelSteps& model : plan_script(script, data).models) all.push_back(model.op_seeds);
  return all;
}

TEST(Streams, GiveTheOpSeedsOfTheNotebooks) {
  EXPECT_THAT(op_seeds(find_script("3.5-imdb"))[0], ElementsAre(4047477, 6635883, 8217243));
  EXPECT_THAT(op_seeds(find_script("3.6-reuters"))[0], ElementsAre(8064491, 2974996, 6911574));
  EXPECT_THAT(op_seeds(find_script("3.7-boston"))[0], ElementsAre(7048706, 3294787, 2052500));
  for (const char* later : {"3.5-imdb@2.1.2", "3.5-imdb@2.2.2"}) {
    EXPECT_THAT(op_seeds(find_script(later)), ElementsAre(ElementsAre(2064484, 3595785, 4974551),
                                                          ElementsAre(6607589, 7345535, 7553367)));
  }
}

// A fit leaves the same stream as a hidden cell with the same number and size of shuffles.
TEST(Streams, FitsMoveThemByTheirShufflesOnly) {
  const std::string model = "dense(64,relu) dense(46,softmax) loss=categorical_crossentropy\n";
  const auto seeds = op_seeds(
      script_of("process keras=2.2.2", "load_data reuters\nmodel a " + model +
                                           "fit f model=a on=train[1000:] epochs=9 batch=512 "
                                           "validation=train[:1000]\nevaluate f on=test\nmodel b " +
                                           model));
  const auto hidden = op_seeds(script_of("process keras=2.2.2",
                                         "load_data reuters\nhidden randint=2\n"
                                         "hidden shuffles=9 size=7982\nmodel b " +
                                             model));
  EXPECT_EQ(seeds[1], hidden[0]);
}

// Skipping a fit, which only advances the stream, does not change the other fits; nor do threads.
TEST(Streams, SkippedFitsChangeNothingOfOthers) {
  const std::string model = "dense(8,relu) dropout(0.5) dense(1) loss=mse metrics=mae\n";
  const Script script =
      script_of("process keras=2.1.2",
                "load_data boston_housing\nmodel a " + model +
                    "fit one model=a on=rest(0,4) epochs=3 batch=16\nmodel b " + model +
                    "fit two model=b on=train epochs=2 batch=16 validation=test\n"
                    "fit three model=b on=train[:50] epochs=2 batch=16\n"
                    "evaluate three on=test\n");
  DataSets data(standin_cache());
  const ScriptPlan plan = plan_script(script, data);
  const auto run = [&](const char* only, int threads) {
    return run_plan(
        plan, script, [&](const std::string& fit) { return only == nullptr || fit == only; },
        kPinned, threads);
  };
  const auto all = run(nullptr, 1), spread = run(nullptr, 2);
  ASSERT_EQ(all.size(), 3u);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].history, spread[i].history);
    const auto alone = run(all[i].name.c_str(), 2);
    ASSERT_EQ(alone.size(), 1u);
    EXPECT_EQ(alone[0].history, all[i].history) << all[i].name;
  }
  ASSERT_EQ(all[2].evaluate.size(), 1u);
  EXPECT_EQ(all[2].evaluate[0].loss, run("three", 1)[0].evaluate[0].loss);
}

TEST(Streams, FoldsAreTheBooks) {
  DataSets data(standin_cache());
  const Script script = script_of("process keras=2.2.2", "load_data boston_housing\n");
  const Loaded& loaded = data.load({DataSet::boston_housing, 10000}, script.keras);
  const Selection fold = select({"", false, {}, {}, Rows::Fold{1, 4, false}}, loaded, "x");
  const Selection rest = select({"", false, {}, {}, Rows::Fold{1, 4, true}}, loaded, "x");
  EXPECT_EQ(fold.rows.front(), 101);
  EXPECT_EQ(fold.size(), 101u);
  EXPECT_EQ(rest.size(), 303u);
  EXPECT_EQ(rest.rows[101], 202);
}

}  // namespace
}  // namespace reprise::replay
