// These tests check the name that Eigen's backend gives itself and the threads that it uses.
// backend_test.cpp compares its results with the reference.
#include "reprise/kernels/eigen/backend.hpp"

#include <gtest/gtest.h>

#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "tests/support/small_data.hpp"
#include "tests/support/thread_times.hpp"

namespace reprise {
namespace {

TEST(Eigen, NamesItsInstructionSet) {
  Team team(1);
  for (const IsaInfo& isa : isas()) {
    if (!isa.available) continue;
    const std::string name = "Eigen " + eigen_version() + " " + std::string(isa.name);
    EXPECT_EQ(EigenBackend<float>(team, isa.name).implementation(), name);
    EXPECT_EQ(library_of(find_backend("eigen"), isa.name), name);
  }
}

template <class T>
void expect_threads() {
  constexpr std::size_t kSize = 512;
  const auto a = testing::random_matrix<T>(kSize, kSize, 1);
  Matrix<T> c(kSize, kSize);
  for (const int threads : {2, 3, 1}) {  // of another object before, too
    Team team(threads);
    EigenBackend<T> backend(team, find_isa("").name);
    const double share = testing::share_of_other_threads([&] {
      backend.session([&] {
        for (int i = 0; i < 20; ++i) backend.dense_forward(a, a, {}, c.view());
      });
    });
    if (threads > 1) {
      EXPECT_GT(share, 0.2) << threads;
    } else {
      EXPECT_LT(share, 0.05);
    }
  }
}

TEST(Eigen, UsesTheThreadsThatItIsAskedFor) {
  expect_threads<float>();
  expect_threads<double>();
}

}  // namespace
}  // namespace reprise
