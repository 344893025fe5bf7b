// KerasCache: search order, verification and error messages; checksums against published values
// (CRC catalogue, FIPS 180-2, RFC 1321).
#include "reprise/data/cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <span>
#include <string_view>

#include "reprise/core/error.hpp"
#include "reprise/data/checksum.hpp"
#include "tests/support/real_data.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSha256OfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kMd5OfAbc = "900150983cd24fb0d6963f7d28e17f72";

// Sets an environment variable, or unsets it (nullptr), until the end of a test.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    value == nullptr ? unsetenv(name) : setenv(name, value, 1);
  }
  ~Setting() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

class CacheTest : public ::testing::Test {
 protected:
  // Writes a file with the content "abc", which is not a data set.
  fs::path write(const fs::path& path) const {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "abc";
    return path;
  }
  // The error of `cache.find(name)`.
  static Error failure(const KerasCache& cache, const std::string& name) {
    try {
      return Error("found " + cache.find(name).path.string(), ExitCode::done);
    } catch (const Error& error) {
      return error;
    }
  }

  testing::Scratch scratch_;
  fs::path named_ = scratch_.path() / "named", home_ = scratch_.path() / "home",
           keras_home_ = scratch_.path() / "keras";
  Setting home_setting_{"HOME", home_.c_str()},
      keras_home_setting_{"KERAS_HOME", keras_home_.c_str()};
};

TEST_F(CacheTest, SearchesKerasHomeBeforeHome) {
  const auto in_home = write(home_ / ".keras" / "datasets" / "imdb.npz");
  EXPECT_THAT(failure(KerasCache(), "imdb.npz").what(), HasSubstr(in_home.string() + ": found"));
  const auto in_keras_home = write(keras_home_ / "datasets" / "imdb.npz");
  EXPECT_THAT(failure(KerasCache(), "imdb.npz").what(),
              HasSubstr(in_keras_home.string() + ": found"));
}

TEST_F(CacheTest, DataDirIsTheOnlyFolder) {
  write(home_ / ".keras" / "datasets" / "imdb.npz");
  write(keras_home_ / "datasets" / "imdb.npz");
  const Error error = failure(KerasCache({.data_dir = named_}), "imdb.npz");
  EXPECT_EQ(error.exit_code(), ExitCode::missing);
  EXPECT_THAT(error.what(), AllOf(HasSubstr(named_.string()), Not(HasSubstr(home_.string())),
                                  Not(HasSubstr(keras_home_.string()))));
  const auto in_named = write(named_ / "imdb.npz");
  EXPECT_THAT(failure(KerasCache({.data_dir = named_}), "imdb.npz").what(),
              HasSubstr(in_named.string()));
}

TEST_F(CacheTest, ListsTheSearchedFoldersOfAMissingFile) {
  const Error error = failure(KerasCache(), "reuters.npz");
  EXPECT_EQ(error.exit_code(), ExitCode::missing);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'reuters.npz'"),
                                  HasSubstr((keras_home_ / "datasets").string() + ", " +
                                            (home_ / ".keras" / "datasets").string()),
                                  HasSubstr("--data-dir")));
}

TEST_F(CacheTest, IgnoresAnEmptyKerasHome) {
  for (const char* value : {"", static_cast<const char*>(nullptr)}) {
    const Setting none("KERAS_HOME", value);
    EXPECT_THAT(failure(KerasCache(), "mnist.npz").what(),
                HasSubstr("not found in: " + (home_ / ".keras" / "datasets").string() + " ("));
  }
}

TEST_F(CacheTest, NamesBothChecksumsOfAWrongFile) {
  write(named_ / "imdb.npz");
  const Error sha256 = failure(KerasCache({.data_dir = named_}), "imdb.npz");
  EXPECT_EQ(sha256.exit_code(), ExitCode::usage);
  EXPECT_THAT(sha256.what(),
              AllOf(HasSubstr(std::string("sha256 ") + kSha256OfAbc),
                    HasSubstr("69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f")));
  write(named_ / "imdb_word_index.json");
  const Error md5 = failure(KerasCache({.data_dir = named_}), "imdb_word_index.json");
  EXPECT_EQ(md5.exit_code(), ExitCode::usage);
  EXPECT_THAT(md5.what(), AllOf(HasSubstr(std::string("md5 ") + kMd5OfAbc),
                                HasSubstr("bfafd718b763782e994055a2d397834f")));
}

TEST_F(CacheTest, AcceptsAnotherFileOnRequest) {
  const auto path = write(named_ / "imdb_word_index.json");
  const DataSource source =
      KerasCache({.data_dir = named_, .unverified = true}).find("imdb_word_index.json");
  EXPECT_EQ(source.origin, Origin::unverified);
  EXPECT_EQ(source.path, path);
  EXPECT_EQ(source.sha256, kSha256OfAbc);
  EXPECT_THAT(source.note, AllOf(HasSubstr(path.string()), HasSubstr("UNVERIFIED"),
                                 HasSubstr(kMd5OfAbc), HasSubstr("bfafd718b763782e")));
}

TEST_F(CacheTest, StandInDataNeedsNoFile) {
  write(named_ / "imdb.npz");
  const KerasCache cache({.data_dir = named_, .standin = true});
  for (const DataFile& file : known_data_files()) {
    const DataSource source = cache.find(file.name);
    EXPECT_EQ(source.name, file.name);
    EXPECT_EQ(source.origin, Origin::standin);
    EXPECT_TRUE(source.path.empty());
    EXPECT_EQ(source.sha256, "");
  }
  EXPECT_EQ(failure(cache, "cifar10.npz").exit_code(), ExitCode::usage);
}

TEST_F(CacheTest, SaysWhyADownloadFailed) {
  const auto cache = [&](const fs::path& folder, const char* url) {
    return KerasCache({.data_dir = folder, .download = true, .base_url = url});
  };
  const Error missing = failure(cache(named_, "http://no-such-host.invalid/"), "mnist.npz");
  EXPECT_EQ(missing.exit_code(), ExitCode::missing);
  EXPECT_THAT(missing.what(),
              AllOf(HasSubstr("not found in: " + named_.string()),
                    HasSubstr("http://no-such-host.invalid/mnist.npz: "), Not(HasSubstr("\n"))));
  const Error unwritable = failure(cache("/dev/null/x", "http://127.0.0.1/"), "mnist.npz");
  EXPECT_EQ(unwritable.exit_code(), ExitCode::usage);
  EXPECT_THAT(unwritable.what(), AllOf(HasSubstr("'mnist.npz'"), HasSubstr("/dev/null/x")));
}

TEST_F(CacheTest, KnowsTheFilesOfADataSet) {
  const auto names = [](const std::string& name) {
    std::vector<std::string> all;
    for (const DataFile& file : data_files_of(name)) all.push_back(file.name);
    return all;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(names("imdb"), ElementsAre("imdb.npz", "imdb_word_index.json"));
  EXPECT_THAT(names("boston_housing"), ElementsAre("boston_housing.npz"));
  EXPECT_THAT(names("imdb_word_index.json"), ElementsAre("imdb_word_index.json"));
  EXPECT_THROW(data_files_of("imdb_word_index"), Error);
  EXPECT_THROW(data_files_of(""), Error);
}

TEST_F(CacheTest, RejectsAFolderOfThatName) {
  fs::create_directories(named_ / "imdb.npz");
  const Error error = failure(KerasCache({.data_dir = named_}), "imdb.npz");
  EXPECT_EQ(error.exit_code(), ExitCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("imdb.npz: cannot be read"));
}

TEST_F(CacheTest, RejectsUnknownNames) {
  write(named_ / "cifar10.npz");
  for (const std::string name : {"cifar10.npz", "", "../named/imdb.npz"}) {
    const Error error = failure(KerasCache({.data_dir = named_}), name);
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("'" + name + "': unknown"));
  }
}

TEST(DefaultDataUrl, ComesFromTheEnvironmentOrKeras) {
  for (const char* none : {static_cast<const char*>(nullptr), ""}) {
    const Setting setting("REPRISE_DATA_URL", none);
    EXPECT_EQ(default_data_url(), "https://storage.googleapis.com/tensorflow/tf-keras-datasets/");
  }
  const Setting setting("REPRISE_DATA_URL", "http://127.0.0.1/");
  EXPECT_EQ(default_data_url(), "http://127.0.0.1/");
}

TEST_F(CacheTest, DigestsFiles) {
  const fs::path abc = write(named_ / "abc");
  EXPECT_EQ(file_digest(abc, "sha256"), kSha256OfAbc);
  EXPECT_EQ(file_digest(abc, "md5"), kMd5OfAbc);
  std::ofstream(named_ / "million") << std::string(1000000, 'a');
  EXPECT_EQ(file_digest(named_ / "million", "sha256"),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  std::ofstream(named_ / "empty").flush();
  EXPECT_EQ(file_digest(named_ / "empty", "md5"), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_THROW(file_digest(named_ / "nowhere", "md5"), Error);
}

TEST(Crc32, GivesTheCheckValueAndContinues) {
  const auto bytes = std::as_bytes(std::span(std::string_view("123456789")));
  EXPECT_EQ(crc32(bytes), 0xcbf43926u);
  EXPECT_EQ(crc32(bytes.subspan(4), crc32(bytes.first(4))), 0xcbf43926u);
  EXPECT_EQ(crc32({}), 0u);
  EXPECT_EQ(crc32_hex(0xab), "000000ab");
}

TEST(CacheRealData, KnowsTheSizes) {
  for (const DataFile& file : known_data_files()) {
    const auto path = testing::real_file(file.name);
    if (!path) GTEST_SKIP() << file.name << " is not there";
    EXPECT_EQ(fs::file_size(*path), file.bytes) << file.name;
  }
}

TEST(CacheRealData, FindsTheVerifiedFile) {
  REPRISE_NEEDS("imdb_word_index.json");
  const DataSource file = KerasCache().find("imdb_word_index.json");
  EXPECT_EQ(file.path.filename(), "imdb_word_index.json");
  // Keras lists only the MD5; this value is from sha256sum
  EXPECT_EQ(file.sha256, "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6");
}

}  // namespace
}  // namespace reprise
