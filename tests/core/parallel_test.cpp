// Team: how parallel_for divides work among threads, and the floating-point mode inside of it. The
// tests do not depend on the number of CPUs.
#include "reprise/core/parallel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/core/parallel_invoke.hpp"

namespace reprise {
namespace {

struct Piece {
  std::size_t first, last;
};

// The pieces of parallel_for(n, grain), in ascending order.
std::vector<Piece> pieces_of(Team& team, std::size_t n, std::size_t grain) {
  std::vector<Piece> pieces;
  std::mutex mutex;
  team.parallel_for(n, grain, [&](std::size_t first, std::size_t last) {
    const std::lock_guard lock(mutex);
    pieces.push_back({first, last});
  });
  std::ranges::sort(pieces, {}, &Piece::first);
  return pieces;
}

TEST(Team, CoversEachIndexOnce) {
  for (const bool force_grain_one : {false, true}) {
    for (const int threads : {1, 2, 3, 5, 8}) {
      for (const std::size_t n : {0, 1, 3, 7, 100, 1001}) {
        Team team(threads, force_grain_one);
        const auto pieces = pieces_of(team, n, 10);
        std::size_t covered = 0;
        for (const Piece& piece : pieces) {
          EXPECT_EQ(piece.first, covered);
          EXPECT_LT(piece.first, piece.last);
          covered = piece.last;
        }
        EXPECT_EQ(covered, n) << threads << " threads";
        EXPECT_LE(pieces.size(), static_cast<std::size_t>(threads));
      }
    }
  }
}

TEST(Team, ForceGrainOneUsesAllThreads) {
  for (const int threads : {1, 2, 3, 5, 8}) {
    Team team(threads, true);
    EXPECT_EQ(team.threads(), threads);
    for (const std::size_t n : {1001, 8, 1}) {
      // every thread gets a piece if there are enough items
      EXPECT_EQ(pieces_of(team, n, 1 << 20).size(), std::min(n, static_cast<std::size_t>(threads)));
    }
    EXPECT_EQ(team.min_threads_used(), threads);
    EXPECT_EQ(team.max_threads_used(), threads);
  }
}

TEST(Team, SmallWorkUsesFewThreads) {
  Team team(5);
  EXPECT_EQ(pieces_of(team, 7, 8).size(), 1u);
  EXPECT_EQ(pieces_of(team, 15, 8).size(), 1u);
  EXPECT_EQ(team.max_threads_used(), 1);
  EXPECT_EQ(pieces_of(team, 24, 8).size(), 3u);
  EXPECT_EQ(team.min_threads_used(), 1);
  EXPECT_EQ(team.max_threads_used(), 3);
  EXPECT_EQ(pieces_of(team, 100000, 8).size(), 5u);
  EXPECT_EQ(pieces_of(team, 5, 0).size(), 5u);  // a grain of 0 counts as 1
}

TEST(Team, EmptyRangeUsesNoThread) {
  Team team(3, true);
  EXPECT_TRUE(pieces_of(team, 0, 1).empty());
  EXPECT_EQ(team.min_threads_used(), 0);
  EXPECT_EQ(team.max_threads_used(), 0);
}

TEST(Team, RejectsInvalidNumbersOfThreads) {
  for (const int threads : {0, -1, 1025}) {
    try {
      Team team(threads);
      ADD_FAILURE() << threads << " threads were accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::usage);
      EXPECT_THAT(error.what(),
                  ::testing::HasSubstr("--threads: found " + std::to_string(threads)));
    }
  }
}

// Builds a team in a program of its own, since the variables are read when a program starts.
void expect_exit(int threads, const char* variable, const char* value, ExitCode code,
                 const std::string& message) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  setenv(variable, value, 1);
  const auto build = [&] {
    try {
      Team team(threads);
      std::_Exit(0);
    } catch (const Error& error) {
      std::fputs(error.what(), stderr);
      std::_Exit(static_cast<int>(error.exit_code()));
    }
  };
  EXPECT_EXIT(build(), ::testing::ExitedWithCode(static_cast<int>(code)), message);
  unsetenv(variable);
}

TEST(TeamDeathTest, ReportsHowManyThreadsTheRuntimeDeliversAndWhy) {
  expect_exit(3, "OMP_THREAD_LIMIT", "2", ExitCode::missing,
              "^--threads: asked for 3, the OpenMP runtime delivers 2 \\(OMP_THREAD_LIMIT=2\\)$");
  expect_exit(2, "OMP_THREAD_LIMIT", "2", ExitCode::done, "");
  expect_exit(3, "OMP_MAX_ACTIVE_LEVELS", "0", ExitCode::missing,
              "asked for 3, the OpenMP runtime delivers 1 \\(OMP_MAX_ACTIVE_LEVELS=0\\)$");
}

TEST(TeamDeathTest, NamesTheVariableThatSetsTheStacks) {
  expect_exit(2, "OMP_STACKSIZE", "100K", ExitCode::missing,
              "^OMP_STACKSIZE: found 100 KiB, expected at least 512$");
  expect_exit(2, "GOMP_STACKSIZE", "100", ExitCode::missing,
              "^GOMP_STACKSIZE: found 100 KiB, expected at least 512$");
  expect_exit(2, "GOMP_STACKSIZE", "100000G", ExitCode::missing,
              "^GOMP_STACKSIZE: found 104857600000 KiB, expected less: 2 threads cannot have such "
              "stacks$");
  expect_exit(1, "OMP_STACKSIZE", "100K", ExitCode::done, "");
}

TEST(TeamSession, DividesWorkLikeATeamWithoutSession) {
  for (const int threads : {1, 2, 3, 5, 8}) {
    Team team(threads, true);
    for (int session = 0; session < 20; ++session) {
      team.session([&] {
        for (const std::size_t n : {1001, 1, 0, 7, 100, 3}) {
          std::size_t covered = 0;
          for (const Piece& piece : pieces_of(team, n, 10)) {
            EXPECT_EQ(piece.first, covered);
            covered = piece.last;
          }
          EXPECT_EQ(covered, n) << threads << " threads";
        }
      });
    }
    EXPECT_EQ(team.min_threads_used(), threads);
    EXPECT_EQ(team.max_threads_used(), threads);
  }
}

TEST(TeamSession, SmallWorkStaysOnTheLeadingThread) {
  Team team(4);
  const auto leader = std::this_thread::get_id();
  team.session([&] {
    for (int i = 0; i < 1000; ++i) {
      team.parallel_for(7, 8, [&](auto, auto) { EXPECT_EQ(std::this_thread::get_id(), leader); });
    }
    EXPECT_EQ(pieces_of(team, 24, 8).size(), 3u);
  });
}

// The pauses are long enough for the other threads to fall asleep; one session has no call at all.
TEST(TeamSession, WakesSleepingThreads) {
  Team team(3, true);
  team.session([] {});
  team.session([&] {
    for (int i = 0; i < 3; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      EXPECT_EQ(pieces_of(team, 30, 1).size(), 3u);
    }
  });
}

TEST(TeamSession, PassesExceptionsOnAndNests) {
  Team team(3, true);
  EXPECT_THROW(team.session([] { throw Error("from the body"); }), Error);
  team.session([&] {
    team.session([&] { EXPECT_EQ(pieces_of(team, 30, 1).size(), 3u); });
    EXPECT_EQ(pieces_of(team, 30, 1).size(), 3u);
  });
  EXPECT_EQ(pieces_of(team, 30, 1).size(), 3u);
}

TEST(TeamSession, MakesWritesVisibleToTheNextCall) {
  Team team(4, true);
  std::vector<int> even(64), odd(64);
  team.session([&] {
    for (int i = 0; i < 20000; ++i) {
      const auto& before = i % 2 == 0 ? even : odd;
      auto& after = i % 2 == 0 ? odd : even;
      team.parallel_for(64, 1, [&](std::size_t first, std::size_t last) {
        // reads what another thread wrote in the previous call
        for (std::size_t k = first; k < last; ++k) after[k] = before[63 - k] < i ? -1 : i + 1;
      });
    }
  });
  EXPECT_THAT(even, ::testing::Each(20000));
}

TEST(ParallelInvoke, RunsBothAndPrefersTheFirstError) {
  int first = 0, second = 0;
  parallel_invoke([&] { first = 1; }, [&] { second = 2; });
  EXPECT_EQ(first + second, 3);
  const auto fail = [](const char* what) { throw Error(what); };
  const auto message = [&](auto a, auto b) {
    try {
      parallel_invoke(a, b);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  EXPECT_EQ(message([&] { fail("a"); }, [&] { fail("b"); }), "a");
  EXPECT_EQ(message([&] { fail("a"); }, [&] { second = 3; }), "a");
  EXPECT_EQ(message([&] { first = 3; }, [&] { fail("b"); }), "b");
  EXPECT_EQ(first + second, 6);
}

// volatile keeps the compiler from multiplying in the default mode of the CPU.
bool denormals_enabled() {
  volatile double smallest_normal = std::numeric_limits<double>::min();
  volatile float smallest_denormal = std::numeric_limits<float>::denorm_min();
  volatile float one = 1.0f;
  const bool result_nonzero = smallest_normal * 0.5 != 0;
  const bool operand_nonzero = smallest_denormal * one != 0;
  EXPECT_EQ(result_nonzero, operand_nonzero);
  return result_nonzero;
}

TEST(Team, FlushesDenormalsInsideBodiesOnly) {
  ASSERT_TRUE(denormals_enabled());
  for (const int threads : {1, 3}) {
    Team team(threads, true);
    std::atomic<int> flushed = 0, pieces = 0;
    team.parallel_for(30, 1, [&](std::size_t, std::size_t) {
      ++pieces;
      if (!denormals_enabled()) ++flushed;
    });
    EXPECT_EQ(pieces, threads);
    EXPECT_EQ(flushed, threads);
    EXPECT_TRUE(denormals_enabled());
  }
}

}  // namespace
}  // namespace reprise
