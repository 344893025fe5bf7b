// The first look chooses how the threads of each backend wait, and spares many threads that are far
// behind.
#include "bench/suite/first_look.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::suite {
namespace {

const SuiteBackend kOurs{"openmp", 8, "", ""};
const SuiteBackend kOpenblas{"openblas", 8, "OpenBLAS 0.3.21, threads: pthreads", ""};
const SuiteBackend kBlis{"blis", 8, "BLIS 0.9.0, threads: pthreads", ""};
const SuiteBackend kOnednn{"onednn", 8, "oneDNN 2.6.3, kernels for avx2", ""};

struct Times {
  SuiteBackend backend;
  std::string waiting;
  double first, second;  // of the two layers
};

// Three rounds without noise.
PartResult look(const std::vector<Times>& times) {
  PartResult part{"first_look", "", PartKind::settings, {}};
  auto& m = part.comparison.measurements;
  m.benchmarks = {"dense_step/mnist_2/x", "dense_step/reuters_2/x", "control/frozen_1"};
  compare::Round round;
  for (std::size_t c = 0; c <= times.size(); ++c) {
    const Times& t = times[c % times.size()];
    m.contenders.push_back({t.backend.name + t.waiting, {{"backend", t.backend.name}}});
    if (!t.waiting.empty()) m.contenders.back().configuration["waiting"] = t.waiting;
    round.timings.push_back({{t.first, t.first, ""}, {t.second, t.second, ""}, {1, 1, ""}});
  }
  m.details.assign(m.contenders.size(), std::vector<compare::BenchmarkDetails>(3));
  m.rounds.assign(3, round);
  return part;
}

TEST(ThreadSettings, DependOnTheLibrarysThreads) {
  EXPECT_EQ(thread_settings(kOurs).size(), 2u);
  EXPECT_EQ(thread_settings(kOnednn).size(), 4u);
  EXPECT_EQ(thread_settings(kBlis).size(), 1u);
  const auto settings = thread_settings(kOpenblas);
  ASSERT_EQ(settings.size(), 2u);
  EXPECT_EQ(settings[0].name, "sleeping");
  EXPECT_EQ(settings[0].environment.back().first, "OPENBLAS_THREAD_TIMEOUT");
}

TEST(FirstLook, ChoosesTheFastestSettingOfEachBackend) {
  const auto part = look({{kOurs, "sleeping", 1, 4},
                          {kOurs, "spinning", 2, 1},  // the better geometric mean
                          {kOpenblas, "sleeping", 3, 3},
                          {kOpenblas, "spinning", 4, 4},
                          {kBlis, "", 5, 5}});
  const auto best = best_settings(part, {kOurs, kOpenblas, kBlis});
  EXPECT_EQ(best.at("openmp").name, "spinning");
  EXPECT_EQ(best.at("openblas").name, "sleeping");
  EXPECT_EQ(best.at("blis").name, "");
  const auto lines = setting_lines(part);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].text, "spinning; sleeping takes 1.41 times as long");
  EXPECT_EQ(lines[1].text, "sleeping; spinning takes 1.33 times as long");
  EXPECT_EQ(lines[2].text, "nothing to choose");
}

TEST(FirstLook, SparesManyThreadsOnlyIfTheyAreFarBehindEverywhere) {
  std::vector<SuiteBackend> backends{kOurs, kOpenblas, kBlis};
  leave_out_slow(
      look({{kOurs, "sleeping", 1, 1}, {kOpenblas, "sleeping", 4, 20}, {kBlis, "", 6, 7}}),
      backends);
  EXPECT_EQ(backends[0].threads, 8);
  EXPECT_EQ(backends[1].threads, 8);
  EXPECT_EQ(backends[2].threads, 1);
  EXPECT_EQ(backends[2].note,
            "with 8 threads it took at least 6.0 times as long as openmp in the first look");
  EXPECT_EQ(backends[2].left_out, "");
}

}  // namespace
}  // namespace reprise::suite
