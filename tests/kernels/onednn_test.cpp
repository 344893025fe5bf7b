// Properties of the onednn backend besides its results (backend_test.cpp): it reuses primitives,
// counts reorders, uses the threads of a single OpenMP runtime, and makes them flush denormals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xmmintrin.h>

#include <fstream>
#include <set>
#include <string>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/onednn/backend.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using testing::random_matrix;

// Computes all three products of one layer and returns dx.
Matrix<float> use(OnednnBackend& backend, std::size_t batch, std::size_t inputs,
                  std::size_t units) {
  const auto x = random_matrix(batch, inputs, 1), kernel = random_matrix(inputs, units, 2);
  const auto bias = random_matrix(1, units, 3), dz = random_matrix(batch, units, 4);
  Matrix<float> z(batch, units), dx(batch, inputs), dkernel(inputs, units), db(1, units);
  backend.dense_forward(x, kernel, bias.view().flat(), z.view());
  backend.dense_backward_data(dz, kernel, dx.view());
  backend.dense_backward_weights(x, dz, dkernel.view(), db.view().flat());
  return dx;
}

TEST(Onednn, KeepsAPrimitiveForEachDirectionAndShape) {
  Team team(1);
  OnednnBackend backend(team, find_isa("").name);
  for (const std::size_t calls : {1, 2, 3}) {
    use(backend, 17, 33, 9);
    EXPECT_EQ(backend.primitives(), 3u) << calls;
  }
  use(backend, 18, 33, 9);
  EXPECT_EQ(backend.primitives(), 6u);
  use(backend, 0, 33, 9);  // an empty batch needs no primitive
  EXPECT_EQ(backend.primitives(), 6u);
}

TEST(Onednn, ReadsPlainArraysWithoutReorders) {
  Team team(2);
  OnednnBackend plain(team, find_isa("").name);
  OnednnBackend any(team, find_isa("").name, OnednnLayout::any);
  for (const std::size_t batch : {1, 16, 128, 512}) {
    const auto a = use(plain, batch, 784, 64), b = use(any, batch, 784, 64);
    // Bound for sums of 64 products below 1.
    EXPECT_THAT(a.view().flat(),
                ::testing::Pointwise(::testing::FloatNear(64 * 64 * 1.2e-7f), b.view().flat()));
  }
  EXPECT_EQ(plain.reorders(), 0u);
  EXPECT_LE(any.reorders(), 12u);  // at most one per call
  RecordProperty("reorders_any", static_cast<int>(*any.reorders()));
}

TEST(Onednn, FlushesDenormalsInOpenmpsThreads) {
  constexpr int kThreads = 3;
  Team team(kThreads);
  OnednnBackend backend(team, find_isa("").name);
  backend.make_plan({}, {MatrixView<const float>{}, {}, {}}, 1);
  int flushed = 0;
#pragma omp parallel num_threads(kThreads) reduction(+ : flushed)
  flushed += (_mm_getcsr() & 0x8040) == 0x8040 ? 1 : 0;
  EXPECT_EQ(flushed, kThreads - 1);  // the plan sets the calling thread when it runs
}

TEST(Onednn, SharesOneOpenmpRuntime) {
  Team team(2);
  OnednnBackend backend(team, find_isa("").name);
  use(backend, 64, 64, 64);
  std::ifstream maps("/proc/self/maps");
  std::set<std::string> runtimes;
  for (std::string line; std::getline(maps, line);) {
    for (const char* name : {"libgomp.", "libomp.", "libiomp5."}) {
      if (line.find(name) != std::string::npos) runtimes.insert(name);
    }
  }
  EXPECT_THAT(runtimes, ::testing::ElementsAre("libgomp."));
}

TEST(Onednn, SaysItsVersion) {
  EXPECT_THAT(onednn_version(), ::testing::MatchesRegex("[23]\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace reprise
