// Files of others: what is refused, and that nothing waits for ever.
#include "reprise/core/read_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;

template <class Function>
std::string error_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

class ReadFileTest : public ::testing::Test {
 protected:
  const std::filesystem::path& scratch() const { return scratch_.path(); }
  std::filesystem::path written(const std::string& text) {
    const auto file = scratch() / "file";
    std::ofstream(file) << text;
    return file;
  }
  std::filesystem::path pipe() {
    const auto file = scratch() / "pipe";
    EXPECT_EQ(mkfifo(file.c_str(), 0600), 0);
    return file;
  }

 private:
  testing::Scratch scratch_;
};

TEST_F(ReadFileTest, ReturnsTheBytesOfARegularFile) {
  const std::string bytes("a\0b\r\n", 5);
  EXPECT_EQ(read_file(written(bytes), 5), bytes);
  EXPECT_EQ(read_file(written(""), 0), "");
  EXPECT_THAT(error_of([&] { read_file(written("123456"), 5); }), HasSubstr("more than 5 bytes"));
}

TEST_F(ReadFileTest, RefusesWhatIsNoRegularFile) {
  EXPECT_THAT(error_of([&] { read_file(scratch() / "none", 9); }), HasSubstr("No such file"));
  EXPECT_THAT(error_of([&] { read_file(scratch(), 9); }), HasSubstr("found a directory"));
  EXPECT_THAT(error_of([&] { read_file("/dev/zero", 9); }), HasSubstr("found a device"));
  EXPECT_THAT(error_of([&] { read_file(pipe(), 9); }), HasSubstr("found a pipe"));
  EXPECT_THAT(error_of([&] { require_regular_file(scratch()); }), HasSubstr("found a directory"));
}

TEST_F(ReadFileTest, ReadsAPipeWithinItsLimits) {
  const auto file = pipe();
  const auto write = [&](const std::string& text) {
    return std::jthread([=] { std::ofstream(file) << text; });
  };
  {
    const auto writer = write("text");
    EXPECT_EQ(read_file_or_pipe(file, 9, 20), "text");
  }
  const auto writer = write(std::string(1000, 'x'));
  EXPECT_THAT(error_of([&] { read_file_or_pipe(file, 9, 20); }), HasSubstr("more than 9 bytes"));
}

// A program may take longer than that for all that it writes.
TEST_F(ReadFileTest, WaitsForEachByteOfAPipeAnew) {
  const auto file = pipe();
  const std::jthread writer([&] {
    std::ofstream out(file);
    for (int i = 0; i < 6; ++i) {
      out << i << std::flush;
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
  });
  EXPECT_EQ(read_file_or_pipe(file, 9, 1.5), "012345");
}

TEST_F(ReadFileTest, DoesNotWaitLongForAPipeWithoutAnEnd) {
  const auto file = pipe();
  const std::ofstream held(file, std::ios::in | std::ios::out);  // a writer that writes nothing
  EXPECT_THAT(error_of([&] { read_file_or_pipe(file, 9, 0.05); }), HasSubstr("no end of the pipe"));
}

}  // namespace
}  // namespace reprise
