// BLAS libraries that are loaded at run time: which are found, what they say of themselves, their
// threads, and files that are none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "reprise/core/error.hpp"
#include "reprise/kernels/blas/find.hpp"
#include "reprise/kernels/blas/library.hpp"
#include "reprise/kernels/list.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/small_data.hpp"
#include "tests/support/thread_times.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// ctest runs each test in a process of its own; a process can load one BLAS. All libraries but MKL
// are packages of tools/packages.txt.
#define SKIP_UNLESS_USABLE(name)                                                              \
  if (const std::string& reason = find_backend(name).unavailable_reason(); !reason.empty()) { \
    ASSERT_EQ(name, std::string("mkl")) << reason;                                            \
    GTEST_SKIP() << name << ": " << reason;                                                   \
  }                                                                                           \
  if (BlasLibrary::loaded() != nullptr && BlasLibrary::loaded()->backend() != name)           \
  GTEST_SKIP() << name << ": this process has loaded another BLAS"

void expect_error(const std::string& backend, const std::string& text, ExitCode code) {
  try {
    BlasLibrary::of(backend);
    ADD_FAILURE() << backend << " was loaded";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(text));
    EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos);
    EXPECT_EQ(error.exit_code(), code);
  }
}

class Family : public ::testing::TestWithParam<std::string> {};

TEST_P(Family, SaysWhatItIsWhenItIsLoaded) {
  SKIP_UNLESS_USABLE(GetParam());
  const BlasFamily& family = *find_blas_family(GetParam());
  const BlasFacts& facts = BlasLibrary::of(GetParam()).facts();
  EXPECT_TRUE(std::filesystem::is_regular_file(facts.file)) << facts.file;
  EXPECT_EQ(facts.integer_bits, 32);
  EXPECT_NE(facts.threading, "unknown");
  if (family.threaded) {
    EXPECT_THAT(facts.title, StartsWith(std::string(family.title) + " "));
    EXPECT_FALSE(facts.core.empty());
  } else {
    EXPECT_EQ(facts.threading, "serial");
  }
  const auto libraries = backend_libraries();
  ASSERT_FALSE(libraries.empty());
  EXPECT_EQ(libraries.back().name, GetParam());
  EXPECT_THAT(libraries.back().version, HasSubstr(facts.title));
}

TEST_P(Family, UsesTheThreadsThatItIsAskedFor) {
  SKIP_UNLESS_USABLE(GetParam());
  const BlasLibrary& library = BlasLibrary::of(GetParam());
  if (!find_blas_family(GetParam())->threaded) {
    EXPECT_FALSE(library.has_threads());
    return;
  }
  constexpr int kSize = 512;
  const auto a = testing::random_matrix<float>(kSize, kSize, 1);
  Matrix<float> c(kSize, kSize);
  for (const int threads : {1, 2, 3}) {
    library.require_threads(threads);
    EXPECT_EQ(library.threads(), threads);
    const double share = testing::share_of_other_threads([&] {
      for (int i = 0; i < 20; ++i) {
        library.gemm(false, false, kSize, kSize, kSize, a.view().data, kSize, a.view().data, kSize,
                     0.0f, c.view().data);
      }
    });
    if (threads > 1) {
      EXPECT_GT(share, 0.2) << threads;
    }
  }
  if (GetParam() == "openblas") {  // built for a number of threads; the others take any
    EXPECT_THROW(library.require_threads(100000), Error);
  }
}

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const BlasFamily& family : blas_families()) names.emplace_back(family.name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(Blas, Family, ::testing::ValuesIn(family_names()),
                         [](const auto& test) { return test.param; });

TEST(Blas, IsFoundWithoutLoadingIt) {
  for (const BackendInfo& backend : backends()) backend.unavailable_reason();
  EXPECT_EQ(BlasLibrary::loaded(), nullptr);
}

TEST(Blas, IsOneInAProcess) {
  SKIP_UNLESS_USABLE(std::string("blas"));
  BlasLibrary::of("blas");
  const std::string file = BlasLibrary::of("blas").facts().file;
  expect_error("blas:" + file, "has loaded 'blas' already", ExitCode::usage);
  BlasLibrary::of("blas");
}

TEST(Blas, RefusesFilesThatAreNone) {
  const testing::Scratch scratch;
  const std::string text = (scratch.path() / "libtext.so").string();
  std::ofstream(text) << "no library";
  expect_error("blas:/no/such/file.so", "found no such file", ExitCode::missing);
  expect_error("blas:" + text, "found no shared library", ExitCode::missing);
  expect_error("blas:" MADE_BLAS_EMPTY, "found no functions cblas_sgemm and cblas_dgemm",
               ExitCode::missing);
  expect_error("blas:" MADE_BLAS_ILP64, "64-bit integers", ExitCode::missing);
  expect_error("blas:" MADE_BLAS_PLAIN64, "64-bit integers", ExitCode::missing);
  EXPECT_EQ(find_backend("blas:/no/such/file.so").unavailable_reason(),
            "found no such file, expected a shared library");
  EXPECT_THROW(usable_backend("blas:/no/such/file.so"), Error);
}

// The family can have threads, this library has none: it is one thread by default, and no more.
TEST(Blas, ASerialBuildHasOneThread) {
  const BackendInfo& backend = find_backend("blas:" MADE_BLAS_SERIAL);
  EXPECT_TRUE(backend.threaded());
  EXPECT_EQ(usable_threads(backend, 1), 1);
  EXPECT_EQ(BlasLibrary::loaded(), nullptr);  // one thread needs no question
  EXPECT_EQ(usable_threads(backend, 4), 1);
  ASSERT_NE(BlasLibrary::loaded(), nullptr);
  EXPECT_EQ(BlasLibrary::loaded()->facts().threading, "serial");
  EXPECT_THROW(BlasLibrary::loaded()->require_threads(2), Error);
  EXPECT_EQ(library_of(backend), BlasLibrary::loaded()->description());
}

TEST(Blas, AFileMayHaveARelativePath) {
  const std::filesystem::path file = MADE_BLAS_SERIAL;
  std::filesystem::current_path(file.parent_path());
  const std::string name = "blas:" + file.filename().string();
  EXPECT_EQ(std::filesystem::canonical(BlasLibrary::of(name).facts().file),
            std::filesystem::canonical(file));
}

TEST(Blas, FilesOfTheLoadersPathComeFirst) {
  const testing::Scratch first, second;
  const auto write = [](const std::filesystem::path& folder, const char* name,
                        const char* content) {
    const std::string file = (folder / name).string();
    std::ofstream(file) << "\177ELF" << content;
    return file;
  };
  const std::string one = write(first.path(), "libopenblas.so.0", "openblas");
  write(first.path(), "libopenblas.so", "another library under this name");
  const std::string two =
      write(second.path(), "libscipy_openblas-1.so", "scipy_openblas_get_config");
  std::filesystem::create_symlink(one, second.path() / "libopenblas.so.0");  // a copy of the first
  setenv("LD_LIBRARY_PATH", (first.path().string() + "::" + second.path().string()).c_str(), 1);
  const std::vector<std::string> files = find_blas_files(*find_blas_family("openblas"));
  unsetenv("LD_LIBRARY_PATH");
  ASSERT_GE(files.size(), 2u);
  EXPECT_EQ(files[0], one);
  EXPECT_EQ(files[1], two);
}

TEST(Blas, PlacesCanBeginWithVariables) {
  const testing::Scratch environment;
  const auto folder = environment.path() / "lib/python3.99/site-packages/numpy.libs";
  std::filesystem::create_directories(folder);
  const std::string file = (folder / "libscipy_openblas-2.so").string();
  std::ofstream(file) << "\177ELF openblas";
  setenv("VIRTUAL_ENV", environment.path().c_str(), 1);
  EXPECT_THAT(find_blas_files(*find_blas_family("openblas")), ::testing::Contains(file));
  unsetenv("VIRTUAL_ENV");
  EXPECT_THAT(find_blas_files(*find_blas_family("openblas")),
              ::testing::Not(::testing::Contains(file)));
}

TEST(Blas, FamilyIsToldByNamesInTheFile) {
  const testing::Scratch scratch;
  int number = 0;  // the answer for a path is kept
  const auto family_of = [&](const std::string& content) {
    const std::string file = (scratch.path() / (std::to_string(number++) + ".so")).string();
    std::ofstream(file) << "\177ELF" << content;
    const BlasFamily* family = family_of_file(file);
    return family == nullptr ? std::string() : std::string(family->name);
  };
  EXPECT_EQ(family_of("libopenblas.so.0"), "openblas");
  EXPECT_EQ(family_of("bli_thread_set_num_threads"), "blis");
  EXPECT_EQ(family_of("MKL_Set_Threading_Layer"), "mkl");
  EXPECT_EQ(family_of("lsame_"), "netlib");
  EXPECT_EQ(family_of("CBLAS_CallFromC"), "netlib");
  EXPECT_EQ(family_of("lsame_ libopenblas.so.0"), "openblas");
  EXPECT_EQ(family_of("lsame_ ATL_sgemm"), "");
  EXPECT_EQ(family_of(""), "");
  EXPECT_EQ(family_of_file("/no/such/file"), nullptr);
}

}  // namespace
}  // namespace reprise
