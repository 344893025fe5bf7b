// What the blas backend reports about the loaded library.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "reprise/kernels/blas/backend.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise {
namespace {

TEST(Blas, NamesTheLibraryThatWasLoaded) {
  const BlasLibrary& library = blas_library();
  EXPECT_TRUE(std::filesystem::is_regular_file(library.file)) << library.file;
  if (!library.version.empty()) {
    EXPECT_THAT(library.version, ::testing::StartsWith("OpenBLAS "));
  }
  for (const auto& [name, version] : backend_libraries()) {
    if (name == "blas") {
      EXPECT_THAT(version, ::testing::StartsWith(library.file));
    }
  }
}

TEST(Blas, IsThreadedIfTheLibrarysThreadsCanBeSet) {
  EXPECT_EQ(find_backend("blas").threaded, blas_library().set_threads != nullptr);
}

}  // namespace
}  // namespace reprise
