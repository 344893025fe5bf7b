// Where data files are looked for, and the checksums that decide whether they are the right ones
// (published values: CRC catalogue, FIPS 180-2, RFC 1321).
#include "reprise/data/cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <span>
#include <string_view>

#include "reprise/core/error.hpp"
#include "reprise/data/checksum.hpp"
#include "support/real_data.hpp"
#include "support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSha256OfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kMd5OfAbc = "900150983cd24fb0d6963f7d28e17f72";

// Sets an environment variable, or takes it away (nullptr), until the end of a test.
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
  // A file with the content "abc", which is no data set's.
  fs::path write(const fs::path& path) const {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "abc";
    return path;
  }
  // How `cache.find(name)` fails.
  static Error failure(const DataCache& cache, const std::string& name) {
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

TEST_F(CacheTest, LooksInKerasHomeBeforeHome) {
  const auto in_home = write(home_ / ".keras" / "datasets" / "imdb.npz");
  EXPECT_THAT(failure(DataCache(), "imdb.npz").what(), HasSubstr(in_home.string() + ": found"));
  const auto in_keras_home = write(keras_home_ / "datasets" / "imdb.npz");
  EXPECT_THAT(failure(DataCache(), "imdb.npz").what(),
              HasSubstr(in_keras_home.string() + ": found"));
}

TEST_F(CacheTest, DataDirIsTheOnlyFolder) {
  write(home_ / ".keras" / "datasets" / "imdb.npz");
  write(keras_home_ / "datasets" / "imdb.npz");
  const Error error = failure(DataCache({.data_dir = named_}), "imdb.npz");
  EXPECT_EQ(error.exit_code(), ExitCode::missing);
  EXPECT_THAT(error.what(), AllOf(HasSubstr(named_.string()), Not(HasSubstr(home_.string())),
                                  Not(HasSubstr(keras_home_.string()))));
  const auto in_named = write(named_ / "imdb.npz");
  EXPECT_THAT(failure(DataCache({.data_dir = named_}), "imdb.npz").what(),
              HasSubstr(in_named.string()));
}

TEST_F(CacheTest, ListsTheFoldersWhereAFileIsMissing) {
  const Error error = failure(DataCache(), "reuters.npz");
  EXPECT_EQ(error.exit_code(), ExitCode::missing);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'reuters.npz'"),
                                  HasSubstr((keras_home_ / "datasets").string() + ", " +
                                            (home_ / ".keras" / "datasets").string()),
                                  HasSubstr("--data-dir")));
}

TEST_F(CacheTest, TakesAnEmptyKerasHomeForNone) {
  for (const char* value : {"", static_cast<const char*>(nullptr)}) {
    const Setting none("KERAS_HOME", value);
    EXPECT_THAT(failure(DataCache(), "mnist.npz").what(),
                HasSubstr("not found in: " + (home_ / ".keras" / "datasets").string() + " ("));
  }
}

TEST_F(CacheTest, NamesBothChecksumsOfAWrongFile) {
  write(named_ / "imdb.npz");
  const Error sha256 = failure(DataCache({.data_dir = named_}), "imdb.npz");
  EXPECT_EQ(sha256.exit_code(), ExitCode::usage);
  EXPECT_THAT(sha256.what(),
              AllOf(HasSubstr(std::string("sha256 ") + kSha256OfAbc),
                    HasSubstr("69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f")));
  write(named_ / "imdb_word_index.json");
  const Error md5 = failure(DataCache({.data_dir = named_}), "imdb_word_index.json");
  EXPECT_EQ(md5.exit_code(), ExitCode::usage);
  EXPECT_THAT(md5.what(), AllOf(HasSubstr(std::string("md5 ") + kMd5OfAbc),
                                HasSubstr("bfafd718b763782e994055a2d397834f")));
}

TEST_F(CacheTest, AFolderOfThatNameIsNoFile) {
  fs::create_directories(named_ / "imdb.npz");
  const Error error = failure(DataCache({.data_dir = named_}), "imdb.npz");
  EXPECT_EQ(error.exit_code(), ExitCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("imdb.npz: cannot be read"));
}

TEST_F(CacheTest, RefusesUnknownNames) {
  write(named_ / "cifar10.npz");
  for (const std::string name : {"cifar10.npz", "", "../named/imdb.npz"}) {
    const Error error = failure(DataCache({.data_dir = named_}), name);
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("'" + name + "': unknown"));
  }
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

TEST(Crc32, GivesTheCheckValueAndGoesOn) {
  const auto bytes = std::as_bytes(std::span(std::string_view("123456789")));
  EXPECT_EQ(crc32(bytes), 0xcbf43926u);
  EXPECT_EQ(crc32(bytes.subspan(4), crc32(bytes.first(4))), 0xcbf43926u);
  EXPECT_EQ(crc32({}), 0u);
  EXPECT_EQ(crc32_hex(0xab), "000000ab");
}

TEST(CacheRealData, FindsTheVerifiedFile) {
  REPRISE_NEEDS("imdb_word_index.json");
  const DataSource file = DataCache().find("imdb_word_index.json");
  EXPECT_EQ(file.path.filename(), "imdb_word_index.json");
  // Keras knows its MD5 only; this is sha256sum's
  EXPECT_EQ(file.sha256, "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6");
}

}  // namespace
}  // namespace reprise
