// Every reader of a file refuses what is no regular file, with one line and at once: to open a pipe
// waits for a writer, and a device may never end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>

#include "reprise/data/checksum.hpp"
#include "reprise/data/idx.hpp"
#include "reprise/data/json.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/texts.hpp"
#include "reprise/data/zip.hpp"
#include "reprise/nn/sequential.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::line_of;

struct Reader {
  const char* name;
  std::function<void(const fs::path&)> read;
};

void load_weights(const fs::path& file) {
  Runtime runtime;
  Sequential model(runtime, {Dense{.units = 2}});
  model.load_weights(file);
}

const Reader kReaders[] = {
    {"zip_members", [](const fs::path& file) { zip_members(file); }},
    {"read_zip_member", [](const fs::path& file) { read_zip_member(file, "a"); }},
    {"npz", [](const fs::path& file) { Npz(file).array("a"); }},
    {"lists", [](const fs::path& file) { Npz(file).lists("a"); }},
    {"idx", [](const fs::path& file) { read_idx(file, 3); }},
    {"word_index", [](const fs::path& file) { texts::get_word_index(file); }},
    {"digest", [](const fs::path& file) { file_digest(file, "sha256"); }},
    {"weights", load_weights},
    {"json", [](const fs::path& file) { read_json(file); }},
};

class SpecialFiles : public ::testing::TestWithParam<Reader> {};

TEST_P(SpecialFiles, AreRefused) {
  const testing::Scratch scratch;
  const fs::path pipe = scratch.path() / "pipe", folder = scratch.path() / "folder",
                 link = scratch.path() / "link";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  fs::create_directory(folder);
  fs::create_symlink(pipe, link);
  for (const auto& [file, found] :
       {std::pair(pipe, "a pipe"), std::pair(link, "a pipe"), std::pair(folder, "a directory"),
        std::pair(fs::path("/dev/zero"), "a device")}) {
    const std::string line = line_of([&] { GetParam().read(file); });
    EXPECT_THAT(line, HasSubstr(file.string()));
    EXPECT_THAT(line, HasSubstr(found));
  }
}

INSTANTIATE_TEST_SUITE_P(Readers, SpecialFiles, ::testing::ValuesIn(kReaders),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace reprise
