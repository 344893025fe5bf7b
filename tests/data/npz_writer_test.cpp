// NpzWriter against Npz, byte for byte against numpy.lib.format, and against NumPy if it is
// installed.
#include "reprise/data/npz_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

#include "reprise/data/npz.hpp"
#include "reprise/data/zip.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::line_of;

const std::vector<float> kFloats{1.5f, -0.0f, 3e-45f, 4, 5, 6};
const std::vector<double> kDoubles{0.1, std::numeric_limits<double>::max()};
const std::vector<std::uint8_t> kBytes{0, 255, 7, 8, 9, 10, 11, 12};
const std::vector<std::int32_t> kInts{-2147483647 - 1, 2147483647};
const std::vector<std::int64_t> kLongs{INT64_MIN, INT64_MAX, 0};

class NpzWriterTest : public ::testing::Test {
 protected:
  void write_all() const {
    NpzWriter writer(file_);
    writer.add("dense/kernel", kFloats, {2, 3});
    writer.add("b", kDoubles, {2});
    writer.add("a", kBytes, {2, 2, 2});
    writer.add("ints", kInts, {1, 2});
    writer.add("longs", kLongs, {3});
    writer.add("scalar", std::span(kDoubles).first(1), {});
    writer.add("empty", std::span<const float>{}, {0, 7});
    writer.finish();
  }

  testing::Scratch scratch_;
  fs::path file_ = scratch_.path() / "some.npz";
};

TEST_F(NpzWriterTest, IsReadBackInOrder) {
  write_all();
  const Npz npz(file_);
  EXPECT_THAT(npz.names(),
              ElementsAre("dense/kernel", "b", "a", "ints", "longs", "scalar", "empty"));
  EXPECT_TRUE(npz.has("dense/kernel"));
  EXPECT_FALSE(npz.has("dense"));
  EXPECT_THAT(npz.doubles("b", 1).values, ::testing::ElementsAreArray(kDoubles));
  EXPECT_EQ(npz.integers("longs"), kLongs);
  const auto bytes = npz.bytes("a", 3);
  EXPECT_THAT(bytes.shape, ElementsAre(2, 2, 2));
  EXPECT_THAT(bytes.values, ::testing::ElementsAreArray(kBytes));
  const NpyArray kernel = npz.array("dense/kernel");
  EXPECT_EQ(kernel.descr, "<f4");
  EXPECT_THAT(kernel.shape, ElementsAre(2, 3));
  EXPECT_EQ(kernel.as_doubles(), std::vector<double>(kFloats.begin(), kFloats.end()));
  EXPECT_THAT(npz.array("a").as_doubles(), ElementsAre(0, 255, 7, 8, 9, 10, 11, 12));
  EXPECT_THAT(npz.array("ints").as_doubles(), ElementsAre(-2147483648.0, 2147483647.0));
  EXPECT_THAT(npz.array("longs").as_doubles(), ElementsAre(-0x1p63, 0x1p63, 0));
  EXPECT_THAT(npz.array("scalar").shape, ElementsAre());
  EXPECT_THAT(npz.array("scalar").as_doubles(), ElementsAre(0.1));
  EXPECT_THAT(npz.array("empty").shape, ElementsAre(0, 7));
  EXPECT_THAT(npz.array("empty").as_doubles(), ElementsAre());
}

// The output of numpy.lib.format.write_array for np.array([[1.5, 2]], '<f4'): 128 bytes of header
// and the values.
TEST_F(NpzWriterTest, WritesTheHeaderOfNumPy) {
  NpzWriter writer(file_);
  writer.add("x", std::vector<float>{1.5f, 2}, {1, 2});
  writer.finish();
  std::string expected("\x93NUMPY\1\0\x76\0", 10);
  expected += "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  expected.resize(127, ' ');
  expected += '\n';
  expected += std::string("\0\0\xc0\x3f\0\0\0\x40", 8);
  const auto member = read_zip_member(file_, "x.npy");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(member.data()), member.size()), expected);
}

TEST_F(NpzWriterTest, GivesTheSameBytesAgain) {
  const auto content = [&] {
    write_all();
    std::ifstream in(file_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_EQ(content(), content());
}

TEST_F(NpzWriterTest, RejectsWrongShapesAndNames) {
  NpzWriter writer(file_);
  const std::size_t huge = std::size_t{1} << 62;
  for (const std::vector<std::size_t>& shape :
       {std::vector<std::size_t>{}, {5}, {7}, {2, 4}, {huge, 4, 0, 6}, {huge, huge}, {huge, 6}}) {
    EXPECT_THAT(line_of([&] { writer.add("x", kFloats, shape); }),
                AllOf(HasSubstr("some.npz: array 'x': found 6 values"), HasSubstr("shape (")));
  }
  writer.add("x", kFloats, {6});
  EXPECT_THAT(line_of([&] { writer.add("x", kInts, {2}); }), HasSubstr("was already added"));
  EXPECT_THAT(line_of([&] { writer.add("", kInts, {2}); }), HasSubstr("expected a non-empty name"));
}

TEST_F(NpzWriterTest, WritesTheWholeFileInFinish) {
  {
    NpzWriter writer(file_);
    writer.add("x", kFloats, {6});
    EXPECT_TRUE(fs::is_empty(scratch_.path()));
  }
  EXPECT_TRUE(fs::is_empty(scratch_.path()));
  NpzWriter writer(scratch_.path() / "no" / "folder" / "x.npz");
  writer.add("x", kFloats, {6});
  EXPECT_THAT(line_of([&] { writer.finish(); }),
              AllOf(HasSubstr("no/folder/x.npz"), HasSubstr("cannot be written")));
}

TEST_F(NpzWriterTest, IsReadByNumPy) {
  if (std::system("python3 -c 'import numpy' 2>/dev/null") != 0) GTEST_SKIP() << "no NumPy here";
  write_all();
  const std::string program =
      "import numpy as np; f = np.load('" + file_.string() +
      "'); v = list(f.values()); "
      "assert list(f) == ['dense/kernel', 'b', 'a', 'ints', 'longs', 'scalar', 'empty'], list(f); "
      "assert [str(a.dtype) for a in v] == ['float32', 'float64', 'uint8', 'int32', 'int64', "
      "'float64', 'float32']; "
      "assert [a.shape for a in v] == [(2, 3), (2,), (2, 2, 2), (1, 2), (3,), (), (0, 7)]; "
      "assert v[0][1].tolist() == [4, 5, 6] and v[5] == 0.1 and v[4][0] == -2**63";
  EXPECT_EQ(std::system(("python3 -c \"" + program + "\"").c_str()), 0);
}

}  // namespace
}  // namespace reprise
