// The answers of `reprise bench` follow from configurations and times, never from display names.
#include "bench/suite/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "bench/suite/advice.hpp"

namespace reprise::suite {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Configuration {
  std::string backend, threads, wait_policy = "passive", cpus = "";
};

// A result of 20 rounds. `time(contender, benchmark)` is multiplied by noise of about 0.2 %.
template <class Time>
PartResult part_of(const std::string& name, const std::vector<std::string>& benchmarks,
                   const std::vector<Configuration>& configurations, Time time) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0, 0.002);
  PartResult part{name, "", kind_of(name, configurations.size()), {}};
  part.comparison.looks = compare::one_look(20, 0.05);
  part.comparison.judgement.alpha = 0.05;
  compare::Measurements& m = part.comparison.measurements;
  m.benchmarks = benchmarks;
  for (std::size_t c = 0; c <= configurations.size(); ++c) {
    const auto& [backend, threads, wait_policy, cpus] = configurations[c % configurations.size()];
    m.contenders.push_back(
        {"contender " + std::to_string(c),
         {{"backend", backend}, {"threads", threads}, {"wait_policy", wait_policy}}});
    if (!cpus.empty()) m.contenders.back().configuration["cpus"] = cpus;
  }
  m.details.assign(m.contenders.size(), std::vector<compare::BenchmarkDetails>(benchmarks.size()));
  for (int i = 0; i < 20; ++i) {
    compare::Round round;
    for (std::size_t c = 0; c < m.contenders.size(); ++c) {
      round.timings.emplace_back();
      for (std::size_t b = 0; b < benchmarks.size(); ++b) {
        const double ns = time(c % configurations.size(), b) * std::exp(normal(random));
        round.timings.back().push_back({ns, ns, ""});
      }
    }
    m.rounds.push_back(round);
  }
  return part;
}

const std::vector<Configuration> kBackends{{"openmp", "1"}, {"onednn", "1"}, {"blas", "1"}};

// A backend that borrows another one's kernel neither wins nor loses, even if it is fastest by
// luck.
TEST(Answers, BackendsThatBorrowAKernelAreExcluded) {
  PartResult part = part_of("layers", {"csr_step/imdb_1/x", "dense_step/imdb_2/x"}, kBackends,
                            [](std::size_t c, std::size_t b) {
                              return c == 1 ? 0.5 : c == 2 && b == 1 ? 2.0 : 1.0;
                            });
  auto& details = part.comparison.measurements.details;
  details[1][0].borrowed = details[2][0].borrowed = true;
  EXPECT_EQ(pairs_of(part).verdicts.size(), 2u);  // both of the second benchmark
  const auto answers = answers_of(part);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].subject, "imdb_1 (sparse)");
  EXPECT_EQ(answers[0].text,
            "contender 0; excluded for lack of a kernel of their own: blas, onednn");
  EXPECT_EQ(answers[1].subject, "imdb_2");
  EXPECT_THAT(answers[1].text, StartsWith("contender 1; slower: contender 0 (2.0"));
  EXPECT_THAT(answers[1].text, EndsWith("])"));
  SuiteResult result;
  result.parts.push_back(part);
  // only openmp can compute all layers of the network; it has a contender in one and loses there
  EXPECT_EQ(backend_sentence(result),
            "No backend is shown to be fastest in any of 1 layers; openmp has the shortest times. "
            "Without a time of their own in some layer: onednn, blas.");
}

// Times of openmp, onednn and blas in imdb_2, imdb_3 and mnist_1.
PartResult layers_with(const std::vector<std::vector<double>>& times) {
  return part_of("layers", {"dense_step/imdb_2/x", "dense_step/imdb_3/x", "dense_step/mnist_1/x"},
                 kBackends, [=](std::size_t c, std::size_t b) { return times[b][c]; });
}

TEST(Answers, TheSentenceNamesItsEvidenceAndEveryLoser) {
  SuiteResult result;
  EXPECT_EQ(backend_sentence(result), "");
  // blas wins imdb_3, which takes a tenth of imdb's time; onednn is tied with openmp in imdb_2
  PartResult part = layers_with({{9, 9.09, 20}, {1, 2, 0.5}, {1, 2, 4}});
  part.comparison.measurements.details[2][0].label = "OpenBLAS 0.3.21 Haswell digest:00000000";
  part.comparison.measurements.details[0][1].label = "openmp avx2";
  EXPECT_THAT(answers_of(part)[0].text,
              StartsWith("contender 0; tied with contender 1; slower: contender 2 (2.2"));
  // every loser is named, the nearest first
  EXPECT_THAT(answers_of(part)[2].text, StartsWith("contender 0; slower: contender 1 (2.0"));
  EXPECT_THAT(answers_of(part)[2].text, HasSubstr("), contender 2 (4.0"));
  result.parts = {part};
  EXPECT_THAT(backend_sentence(result),
              StartsWith("Use openmp (avx2): it is fastest, or tied for fastest, in 2 of the 3 "
                         "layers in which it has a contender; these take 95 % of the time of all "
                         "3. For the layers of a network the others take, as a multiple of its "
                         "time: onednn 1.4"));
  EXPECT_THAT(backend_sentence(result), HasSubstr(", blas (OpenBLAS 0.3.21) 2.8"));
  // with too few rounds for a verdict no win is counted
  part.comparison.measurements.rounds.resize(2);
  EXPECT_THAT(answers_of(part)[0].text,
              StartsWith("contender 0; undecided against contender 1, contender 2"));
  result.parts = {part};
  EXPECT_THAT(
      backend_sentence(result),
      StartsWith("No backend is shown to be fastest in any of 3 layers; openmp (avx2) has"));
}

// onednn takes as long as openmp in all layers but one, in which it takes twice as long.
TEST(Answers, ABackendThatIsSlowInOneLayerIsNamedThereAndNowhereElse) {
  const PartResult part = layers_with({{1, 1, 3}, {5, 10, 15}, {2, 2, 6}});
  const auto answers = answers_of(part);
  ASSERT_EQ(answers.size(), 3u);
  for (const Answer& answer : answers) {
    const auto slower = answer.text.find("slower:");
    ASSERT_NE(slower, std::string::npos) << answer.text;
    const bool is_slow = answer.text.find("contender 1 (", slower) != std::string::npos;
    EXPECT_EQ(is_slow, answer.subject == "imdb_3") << answer.subject << ": " << answer.text;
    if (is_slow) {
      EXPECT_THAT(answer.text, ::testing::ContainsRegex("contender 1 \\((1\\.99|2\\.0[01]) \\["));
    }
  }
}

TEST(Answers, ThereMayBeNoSingleBestBackend) {
  SuiteResult result;
  result.parts = {layers_with({{1, 2, 3}, {1, 2, 3}, {4, 2, 1}})};
  EXPECT_EQ(backend_sentence(result),
            "There is no single best backend; the fastest for all layers of a network is blas for "
            "mnist, openmp for imdb.");
  // within the margin of 5 % the default is as good
  result.parts = {layers_with({{1, 2, 3}, {1, 2, 3}, {1.03, 2, 1}})};
  EXPECT_THAT(backend_sentence(result), StartsWith("Use openmp: "));
}

TEST(Answers, ASingleBackendIsNotRecommended) {
  SuiteResult result;
  result.parts = {part_of("layers", {"dense_step/imdb_2/x"}, {{"openmp", "1"}, {"openmp", "2"}},
                          [](std::size_t c, std::size_t) { return c == 0 ? 2.0 : 1.0; })};
  EXPECT_EQ(backend_sentence(result),
            "Only openmp was measured, so there is nothing to recommend.");
}

TEST(Answers, EachNumberOfThreadsIsComparedWithTheNextLargerOne) {
  const PartResult part = part_of("threads", {"epoch/imdb/x", "epoch/boston/x"},
                                  {{"openmp", "1"},
                                   {"openmp", "2"},
                                   {"openmp", "4"},
                                   {"openmp", "4", "active"},
                                   {"openmp", "8"}},
                                  [](std::size_t c, std::size_t) {
                                    return std::vector{4.0, 2.0, 1.99, 1.2, 3.0}[c];
                                  });
  // 1 to 2, 2 to 4, 4 to 8, and 4 active against 4 passive, in both benchmarks
  EXPECT_EQ(pairs_of(part).verdicts.size(), 8u);
  const auto answers = answers_of(part);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[1].subject, "boston");
  for (const char* text :
       {"2 threads instead of 1: faster, 0.50 [", "; 4 threads instead of 2: no difference",
        "; 8 threads instead of 4 (more than there are CPUs): slower, 1.5",
        "; OMP_WAIT_POLICY=active: faster, 0.60 ["}) {
    EXPECT_THAT(answers[0].text, HasSubstr(text));
  }
  // where the number of CPUs is named, it says which contender exceeds it
  const auto named = [](const std::string& cpus) {
    return part_of("threads", {"epoch/imdb/x"},
                   {{"openmp", "1", "passive", cpus},
                    {"openmp", "2", "passive", cpus},
                    {"openmp", "2", "active", cpus}},
                   [](std::size_t c, std::size_t) { return c == 0 ? 2.0 : 1.0; });
  };
  const PartResult within = named("2");
  EXPECT_THAT(answers_of(within)[0].text, StartsWith("2 threads instead of 1: faster, 0.50 ["));
  EXPECT_THAT(answers_of(named("1"))[0].text,
              StartsWith("2 threads instead of 1 (more than there are CPUs): faster, 0.50 ["));
  SuiteResult result;
  result.parts = {within};
  EXPECT_EQ(threads_sentence(result), "Threads to use in an epoch: 2 for imdb.");
  result.parts.clear();
  EXPECT_EQ(threads_sentence(result), "");
  result.parts = {part};
  EXPECT_EQ(threads_sentence(result), "Threads to use in an epoch: 2 for imdb, 2 for boston.");
}

}  // namespace
}  // namespace reprise::suite
