// The list of backends: its order, its errors and what its entries claim.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise {
namespace {

TEST(BackendList, EndsWithTheReferenceAndNamesItselfInErrors) {
  EXPECT_EQ(backends().back().name, "reference");
  for (const BackendInfo& backend : backends()) {
    Team team(1);
    if (!backend.unavailable_reason().empty()) {
      try {
        make_backend<float>(backend.name, team);
        ADD_FAILURE() << backend.name << " was made";
      } catch (const Error& error) {
        EXPECT_EQ(error.what(),
                  "backend '" + std::string(backend.name) + "': " + backend.unavailable_reason());
        EXPECT_EQ(error.exit_code(), ExitCode::missing);
      }
      continue;
    }
    if (backend.is_blas && backend.name != "blas") continue;  // a process can load one
    EXPECT_EQ(make_backend<float>(backend.name, team)->name(), backend.name);
    if (backend.float64) {
      EXPECT_EQ(make_backend<double>(backend.name, team)->name(), backend.name);
    } else {
      EXPECT_THROW(make_backend<double>(backend.name, team), Error);
    }
  }
  try {
    find_backend("cuda");
    FAIL() << "an unknown backend was found";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("'cuda'"));
    EXPECT_THAT(
        error.what(),
        ::testing::HasSubstr(
            "openmp, onednn, openblas, blis, mkl, netlib, blas, blas:FILE, eigen, reference"));
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
  }
}

// same_bits_on_any_threads is tested only together with reference_bits.
TEST(BackendList, GuaranteesNothingThatIsNotTested) {
  for (const BackendInfo& backend : backends()) {
    EXPECT_LE(backend.same_bits_on_any_threads, backend.reference_bits) << backend.name;
    EXPECT_EQ(backend.borrowed_operations.empty(), backend.borrowed_from.empty()) << backend.name;
    for (const std::string_view operation : backend.borrowed_operations) {
      EXPECT_NE(std::ranges::find(kOperations, operation), kOperations.end()) << operation;
      EXPECT_TRUE(find_backend(backend.borrowed_from).implements(operation)) << operation;
    }
  }
}

TEST(Isas, TheFastestIsTakenAndOthersByName) {
  EXPECT_TRUE(isas().back().available);
  bool fastest = true;
  for (const IsaInfo& isa : isas()) {
    if (isa.available) {
      EXPECT_EQ(find_isa(isa.name).name, isa.name);
      if (fastest) {
        EXPECT_EQ(find_isa("").name, isa.name);
      }
      fastest = false;
      continue;
    }
    try {
      find_isa(isa.name);
      ADD_FAILURE() << isa.name << " was found";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr("this processor lacks"));
      EXPECT_EQ(error.exit_code(), ExitCode::missing);
    }
  }
  try {
    find_isa("avx3");
    ADD_FAILURE() << "an unknown instruction set was found";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("avx512, avx2, baseline"));
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
  }
}

}  // namespace
}  // namespace reprise
