// Replays a reader's notebooks on Keras 2.1.3 (results/replay/readers), to which nothing was
// fitted.
#include <gtest/gtest.h>

#include "repro/replay/comparison.hpp"
#include "tests/repro/replay/support.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::replay {
namespace {

// Expects that at least so many of the log's values are equal.
void expect_equal(const std::string& id, const std::string& name, std::size_t equal,
                  std::size_t of) {
  static const KerasCache cache;
  const Script script = find_script(id);
  const Log log =
      read_log(reprise::testing::source_file("results/replay/readers/" + name + ".json"), "");
  DataSets data(cache);
  auto results = run_plan(
      plan_script(script, data), script,
      [&](const std::string& fit) { return belongs_to(fit, name); }, kPinned, 2);
  const Comparison compared = compare(name, &log, std::move(results), {}, script, "pinned");
  EXPECT_EQ(compared.epochs().of, of);
  EXPECT_GE(compared.epochs().equal, equal) << verdict(compared);
}

TEST(Readers, ImdbIsAtLeast78Of80) {
  REPRISE_NEEDS("imdb.npz");
  expect_equal("3.5-imdb@2.1.3", "imdb", 78, 80);
}
TEST(Readers, ImdbFinalIs8Of8) {
  REPRISE_NEEDS("imdb.npz");
  expect_equal("3.5-imdb@2.1.3", "imdb_final", 8, 8);
}
TEST(Readers, ReutersIs80Of80) {
  REPRISE_NEEDS("reuters.npz");
  expect_equal("3.6-reuters@2.1.3", "reuters", 80, 80);
}
TEST(Readers, TheBottleneckIs80Of80) {
  REPRISE_NEEDS("reuters.npz");
  expect_equal("3.6-reuters@2.1.3", "reuters_bottleneck", 80, 80);
}
TEST(Readers, OverfitOriginalIsAtLeast79Of80) {
  REPRISE_NEEDS("imdb.npz");
  expect_equal("4.4-overfitting@2.1.3", "overfit_original", 79, 80);
}
TEST(Readers, OverfitDropoutIs80Of80) {
  REPRISE_NEEDS("imdb.npz");
  expect_equal("4.4-overfitting@2.1.3", "overfit_dropout", 80, 80);
}

}  // namespace
}  // namespace reprise::replay
