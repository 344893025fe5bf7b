// Npz with damaged and unexpected files: zips made here with libzip, .npy members as specified by
// numpy.lib.format, and files written by NumPy (fixtures/make_fixtures.py).
#include "reprise/data/npz.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "reprise/data/zip.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/real_data.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::line_of;
using namespace std::string_literals;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

fs::path fixture(const std::string& name) {
  return testing::source_file("tests/data/fixtures/" + name);
}

std::string npy(const std::string& header, const std::string& payload, char version = 1) {
  std::string length{static_cast<char>(header.size()), static_cast<char>(header.size() >> 8)};
  if (version > 1) length += "\0\0"s;
  return "\x93NUMPY"s + version + '\0' + length + header + payload;
}

std::string header(const std::string& descr, const std::string& shape,
                   const std::string& fortran_order = "False") {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': ({}), }}\n", descr,
                     fortran_order, shape);
}

const std::string kTwoIntegers = "\1\0\0\0\0\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff"s;

class NpzTest : public ::testing::Test {
 protected:
  // An .npz file whose only member, a.npy, has this content.
  Npz npz(const std::string& content) const {
    fs::remove(file_);
    zip_t* archive = zip_open(file_.c_str(), ZIP_CREATE, nullptr);
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    EXPECT_GE(zip_file_add(archive, "a.npy", source, 0), 0);
    EXPECT_EQ(zip_close(archive), 0);
    return Npz(file_);
  }
  std::string line_of_integers(const std::string& content) const {
    return line_of([&] { npz(content).integers("a"); });
  }
  fs::path write(const std::string& content) const {
    std::ofstream(file_, std::ios::binary) << content;
    return file_;
  }

  testing::Scratch scratch_;
  fs::path file_ = scratch_.path() / "some.npz";
};

TEST_F(NpzTest, ReadsEveryVersion) {
  for (const char version : {1, 2, 3}) {
    EXPECT_THAT(npz(npy(header("<i8", "2,"), kTwoIntegers, version)).integers("a"),
                ElementsAre(1, -2));
  }
  for (const char version : {0, 4, -1}) {
    EXPECT_THAT(line_of_integers(npy(header("<i8", "2,"), kTwoIntegers, version)),
                AllOf(HasSubstr("some.npz: a.npy"), HasSubstr("expected 1 to 3")));
  }
}

TEST_F(NpzTest, ReadsWhatNumPyWrites) {
  for (const std::string how : {"stored", "deflated"}) {
    const Npz imdb(fixture("imdb_p4_" + how + ".npz"));
    EXPECT_THAT(imdb.integers("y_train"), ElementsAre(1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0));
    EXPECT_THAT(imdb.lists("x_train")[2], ElementsAre(255, 256, 257, 65535, 65536));
  }
}

TEST_F(NpzTest, RejectsOtherArrays) {
  const auto line = [&](const std::string& head, const std::string& payload = kTwoIntegers) {
    return line_of_integers(npy(head, payload));
  };
  EXPECT_THAT(line(header("<f8", "2,")),
              AllOf(HasSubstr("some.npz: a.npy"), HasSubstr("found dtype '<f8'")));
  EXPECT_THAT(line(header(">i8", "2,")), HasSubstr("found dtype '>i8'"));
  EXPECT_THAT(line(header("<i8", "1, 2")), HasSubstr("of shape (1, 2)"));
  EXPECT_THAT(line(header("<i8", "")), HasSubstr("of shape ()"));
  EXPECT_THAT(line(header("<i8", "2,", "True")), HasSubstr("fortran_order is not False"));
  EXPECT_THAT(line(header("<i8", "3,")), HasSubstr("found 16 bytes, expected 3 integers"));
  EXPECT_THAT(line(header("<i8", "2,"), kTwoIntegers + "x"), HasSubstr("found 17 bytes"));
  EXPECT_THAT(line(header("<i8", "2,"), ""), HasSubstr("found 0 bytes"));
  // 2^61 + 2 integers, whose size overflows to 16 bytes
  EXPECT_THAT(line(header("<i8", "2305843009213693954,")), HasSubstr("found 16 bytes, expected"));
  for (const std::string shape : {"99999999999999999999,", "-2,", "2.", "x", "2 2", ",2"}) {
    EXPECT_THAT(line(header("<i8", shape)), HasSubstr("expected a header with")) << shape;
  }
  EXPECT_THAT(line("{'descr': '<i8'}"), HasSubstr("expected a header with"));
  EXPECT_THAT(line_of([&] { npz(npy(header("<i8", "2,"), kTwoIntegers)).lists("a"); }),
              AllOf(HasSubstr("found dtype '<i8'"), HasSubstr("expected '|O'")));
}

TEST_F(NpzTest, ReadsNumbersOfEveryType) {
  const Npz bytes = npz(npy(header("|u1", "2, 2, 4"), kTwoIntegers));
  EXPECT_THAT(bytes.bytes("a", 3).values,
              ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 254, 255, 255, 255, 255, 255, 255, 255));
  EXPECT_FALSE(bytes.is_object_array("a"));
  EXPECT_TRUE(npz(npy(header("|O", "0,"), "")).is_object_array("a"));
  const Npz ints = npz(npy(header("<i4", "2, 2"), kTwoIntegers));
  EXPECT_THAT(ints.names(), ElementsAre("a"));
  EXPECT_THAT(ints.array("a").shape, ElementsAre(2, 2));
  EXPECT_THAT(ints.array("a").as_doubles(), ElementsAre(1, 0, -2, -1));
  const Npz doubles = npz(npy(header("<f8", "1, 2"), "\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\0\xc0"s));
  EXPECT_THAT(doubles.doubles("a", 2).values, ElementsAre(1.5, -2));
  EXPECT_THAT(doubles.array("a").as_doubles(), ElementsAre(1.5, -2));
}

TEST_F(NpzTest, RejectsNumbersOfOtherShapes) {
  const auto line = [&](const std::string& descr, const std::string& shape, auto read) {
    return line_of([&] { read(npz(npy(header(descr, shape), kTwoIntegers))); });
  };
  const auto doubles = [](const Npz& npz) { npz.doubles("a", 2); };
  const auto bytes = [](const Npz& npz) { npz.bytes("a", 1); };
  const auto any = [](const Npz& npz) { npz.array("a"); };
  EXPECT_THAT(line("<f8", "2,", doubles),
              AllOf(HasSubstr("some.npz: a.npy: found dtype '<f8' of shape (2)"),
                    HasSubstr("expected '<f8' of rank 2")));
  EXPECT_THAT(line("<f4", "2, 1", doubles), HasSubstr("found dtype '<f4'"));
  EXPECT_THAT(line("<f8", "2, 2", doubles), HasSubstr("found 16 bytes, expected 2 x 2 floats"));
  EXPECT_THAT(line("|u1", "15,", bytes), HasSubstr("found 16 bytes, expected 15 integers"));
  // products that overflow to the right size or to 0
  EXPECT_THAT(line("<f8", "4294967296, 4294967296", doubles), HasSubstr("found 16 bytes"));
  EXPECT_THAT(line("<i4", "4, 9223372036854775809, 1", any), HasSubstr("found 16 bytes"));
  EXPECT_THAT(line("<f8", "2305843009213693952, 2, 1", any), HasSubstr("found 16 bytes"));
  EXPECT_THAT(line("<i8", "0, 7", any), HasSubstr("found 16 bytes, expected 0 x 7"));
  for (const std::string descr : {"<f2", ">f8", "|O", "<U3", "", "|b1", "|i1"}) {
    EXPECT_THAT(line(descr, "2,", any), HasSubstr("expected '<f4', '<f8', '|u1'")) << descr;
  }
}

TEST_F(NpzTest, RejectsWhatIsNotAnArray) {
  EXPECT_THAT(line_of_integers(""), HasSubstr("some.npz: a.npy: expected a .npy array"));
  EXPECT_THAT(line_of_integers("\x93NUMPZ\1\0\6\0{}    "), HasSubstr("expected a .npy array"));
  EXPECT_THAT(line_of_integers("\x93NUMPY\1\0\xff\xff{}"s), HasSubstr("header is truncated"));
  EXPECT_THAT(line_of_integers("\x93NUMPY\2\0\1\0\0\x80"s), HasSubstr("header is truncated"));
  const std::string whole = npy(header("<i8", "2,"), kTwoIntegers);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(line_of_integers(whole.substr(0, length)), "") << length;
  }
}

TEST_F(NpzTest, KeepsItsMessagesOnOneLine) {
  EXPECT_THAT(line_of_integers(npy(header("<\n\x1b[1mi8", "2,"), kTwoIntegers)),
              HasSubstr("some.npz"));
}

// NumPy pads headers with spaces; a recursive search would exhaust the stack here.
TEST_F(NpzTest, ReadsLongHeaders) {
  const std::string spaces(60'000, ' ');
  EXPECT_THAT(npz(npy(header("<i8", "2,") + spaces, kTwoIntegers)).integers("a"),
              ElementsAre(1, -2));
  EXPECT_THAT(line_of_integers(npy("{'descr'" + spaces + ": '<i8'}", kTwoIntegers)),
              HasSubstr("expected a header with"));
}

TEST_F(NpzTest, RejectsWhatIsNotAZip) {
  const auto line = [](const fs::path& path) {
    return line_of([&] { Npz(path).integers("y_train"); });
  };
  EXPECT_THAT(line(scratch_.path() / "nowhere.npz"), HasSubstr("nowhere.npz: "));
  EXPECT_THAT(line(scratch_.path()), HasSubstr(scratch_.path().string()));
  EXPECT_THAT(line(write("")), HasSubstr("some.npz: "));
  EXPECT_THAT(line(write("no zip, but as long as one could be: 22 bytes and more")),
              HasSubstr("some.npz: expected a .npz (zip) file"));
  EXPECT_THAT(line_of([&] { Npz(fixture("imdb_p4_stored.npz")).integers("y"); }),
              HasSubstr("imdb_p4_stored.npz: expected a member 'y.npy', found none"));
}

TEST_F(NpzTest, RejectsMembersThatAreTooLarge) {
  const fs::path path = fixture("imdb_p4_deflated.npz");
  const std::size_t size = read_zip_member(path, "y_test.npy").size();
  EXPECT_EQ(read_zip_member(path, "y_test.npy", size).size(), size);
  EXPECT_THAT(line_of([&] { read_zip_member(path, "y_test.npy", size - 1); }),
              HasSubstr(fmt::format("expected at most {}", size - 1)));
}

TEST_F(NpzTest, RejectsEveryTruncatedFile) {
  for (const std::string name : {"imdb_p4_stored.npz", "imdb_p2_deflated.npz"}) {
    const std::string whole = bytes_of(fixture(name));
    for (std::size_t length = 0; length < whole.size(); length += 100) {
      write(whole.substr(0, length));
      EXPECT_THAT(line_of([&] { Npz(file_).lists("x_train"); }), HasSubstr("some.npz: ")) << length;
    }
  }
}

TEST_F(NpzTest, ComparesTheCrc32) {
  std::string damaged = bytes_of(fixture("imdb_p4_stored.npz"));
  const auto first_label = damaged.find("y_test.npy") + 10 + 128;  // name, .npy header
  ASSERT_EQ(damaged[first_label], '\0');
  damaged[first_label] = '\1';
  write(damaged);
  EXPECT_THAT(line_of([&] { Npz(file_).integers("y_test"); }), HasSubstr("CRC-32 differs"));
}

// The entry in the central directory: CRC-32, compressed and uncompressed size.
TEST_F(NpzTest, DoesNotTrustSizes) {
  const std::string whole = bytes_of(fixture("imdb_p4_deflated.npz"));
  const auto entry = whole.rfind("x_train.npy") - 46;
  ASSERT_EQ(whole.substr(entry, 4), "PK\1\2");
  const auto line = [&](std::size_t field, const std::string& value) {
    std::string damaged = whole;
    write(damaged.replace(entry + field, value.size(), value));
    return line_of([&] { read_zip_member(file_, "x_train.npy"); });
  };
  EXPECT_EQ(line(16, whole.substr(entry + 16, 4)), "");
  const std::string few = "\1\0\0\0"s, many = "\0\0\0\x30"s;  // 1 and 805,306,368
  for (const std::size_t field : {16, 20, 24}) {
    for (const std::string& value : {few, many}) {
      EXPECT_THAT(line(field, value), HasSubstr("some.npz: ")) << field;
    }
  }
}

// Some bytes of a zip are irrelevant; changing any other byte must give an Error and nothing worse.
TEST_F(NpzTest, SurvivesDamage) {
  const std::string whole = bytes_of(fixture("imdb_p5_deflated.npz"));
  std::mt19937 random(1);
  int refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 + random() % 255));
    write(damaged);
    refused += line_of([&] { Npz(file_).lists("x_train"), Npz(file_).integers("y_test"); }) != "";
  }
  EXPECT_GT(refused, 300);
}

}  // namespace
}  // namespace reprise
