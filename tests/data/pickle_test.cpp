// unpickle_lists with pickles of NumPy 2.4.6 (fixtures/make_fixtures.py) and with malicious pickles
// assembled here from opcodes (CPython Lib/pickletools.py).
#include "reprise/data/pickle.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "reprise/data/zip.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/real_data.hpp"

namespace reprise {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::line_of;
using ::testing::StartsWith;
using namespace std::string_literals;

constexpr std::size_t kRows = 8;  // number of lists of x_test in the fixtures

Sequences unpickle(const std::string& pickle, std::size_t rows = 1) {
  return unpickle_lists(std::as_bytes(std::span(pickle)), rows, "NAME");
}

// The pickle in x_test of a fixture, which follows the .npy header.
std::string fixture(int protocol) {
  const auto bytes = read_zip_member(
      testing::source_file(fmt::format("tests/data/fixtures/imdb_p{}_stored.npz", protocol)),
      "x_test.npy");
  const std::string npy(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return npy.substr(10 + static_cast<unsigned char>(npy[8]) + 256u * npy[9]);
}

// The pickle of an array of `rows` objects as NumPy writes it in protocol 2; the opcodes `items`
// fill its list.
std::string array_of(const std::string& items, int rows = 1) {
  return "\x80\x02"
         "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85U\1b\x87R(K\1M"s +
         static_cast<char>(rows) + static_cast<char>(rows >> 8) + "\x85"s +
         "cnumpy\ndtype\nU\2O8\x89\x88\x87R(K\3U\1|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb"s +
         "\x89]"s + items + "tb."s;
}

TEST(Pickle, EveryProtocolGivesTheSameLists) {
  for (const int protocol : {2, 3, 4, 5}) {
    const Sequences lists = unpickle(fixture(protocol), kRows);
    ASSERT_EQ(lists.size(), kRows) << protocol;
    EXPECT_THAT(lists[0], ElementsAre(6, 7));
    EXPECT_THAT(lists[1], ElementsAre(65536, 255));
    EXPECT_THAT(lists[2], IsEmpty());
    EXPECT_THAT(lists[3], ElementsAre(1));
    EXPECT_THAT(lists[4], ElementsAre(250, 251, 252, 253, 254, 255, 256, 257, 258, 259, 260, 261));
    EXPECT_THAT(lists[5], ElementsAre(3, 2, 1));
    EXPECT_THAT(lists[6], ElementsAre(100, 200, 300, 400, 500));
    EXPECT_THAT(lists[7], ElementsAre(11, 13, 17, 19, 23, 29));
  }
}

TEST(Pickle, AcceptsEveryEncodingOfAnInteger) {
  const std::string items =
      "](K\xffM\xff\xffJ\xff\xff\xff\x7fJ\0\0\0\x80\x8a\0\x8a\1\xfe\x8a\3\0\0\1ea"s;
  EXPECT_THAT(unpickle(array_of(items))[0],
              ElementsAre(255, 65535, 2147483647, -2147483647 - 1, 0, -2, 65536));
}

// Integers are read in batches; other opcodes between them must still be handled.
TEST(Pickle, ReadsListsInSeveralParts) {
  const std::string frame = "\x95\1\2\3\4\5\6\7\x08"s, far_from_the_end = "(" + frame + "e";
  const std::string pieces = "](K\1M\2\1e(K\3" + frame + "J\4\0\0\0e(K\5\x8a\1\6e(eK\7a"s;
  const Sequences lists =
      unpickle(array_of("(" + pieces + "](e](K\1e" + "]" + far_from_the_end + "e", 4), 4);
  EXPECT_THAT(lists[0], ElementsAre(1, 258, 3, 4, 5, 6, 7));
  EXPECT_THAT(lists[1], IsEmpty());
  EXPECT_THAT(lists[2], ElementsAre(1));
  EXPECT_THAT(lists[3], IsEmpty());
}

TEST(Pickle, ReadsListsThatAreReferencedInAnotherOrder) {
  const std::string first = "](K\1K\2eq\1"s, second = "](K\3eq\2"s;
  const Sequences lists = unpickle(array_of("(" + first + second + "h\2h\1e"s, 4), 4);
  EXPECT_THAT(lists[0], ElementsAre(1, 2));
  EXPECT_THAT(lists[1], ElementsAre(3));
  EXPECT_THAT(lists[2], ElementsAre(3));
  EXPECT_THAT(lists[3], ElementsAre(1, 2));
}

// NumPy writes list by list; two lists that grow alternately would have to be moved repeatedly.
TEST(Pickle, RejectsAListThatContinuesAfterAnother) {
  const std::string turns = "(](K\1eq\1](K\2eh\1(K\3e"s, one_by_one = "(](K\1eq\1](K\2eh\1K\3a"s;
  for (const std::string& items : {turns, one_by_one}) {
    const std::string padded = items + "N\x95\1\2\3\4\5\6\7\x08"s;
    EXPECT_THAT(line_of([&] { unpickle(array_of(padded, 2), 2); }),
                HasSubstr("a list continues after another one has begun"));
  }
}

TEST(Pickle, RejectsIntegersBeyond32Bits) {
  const auto line = [](const std::string& number) {
    return line_of([&] { unpickle(array_of("]" + number + "aa")); });
  };
  EXPECT_THAT(line("\x8a\5\0\0\0\x80\0"s), HasSubstr("a list holds 2147483648"));
  EXPECT_THAT(line("\x8a\5\xff\xff\xff\x7f\xff"s), HasSubstr("a list holds -2147483649"));
  EXPECT_THAT(line("\x8a\x09\0\0\0\0\0\0\0\0\1"s), HasSubstr("an integer of 9 bytes"));
}

TEST(Pickle, RejectsOtherGlobalsByName) {
  for (const std::string global :
       {"os.system", "posix.system", "builtins.eval", "numpy.load", "numpy.core.multiarray.scalar",
        "_codecs.decode", "os._reconstruct", "a.numpy.dtype", "."}) {
    const auto dot = global.rfind('.');
    const std::string module = global.substr(0, dot), name = global.substr(dot + 1);
    const auto text = [](const std::string& s) {
      return "\x8c" + std::string(1, static_cast<char>(s.size())) + s;
    };
    for (const std::string& spelled :
         {"\x80\2c" + module + "\n" + name + "\n", "\x80\4" + text(module) + text(name) + "\x93"}) {
      EXPECT_THAT(line_of([&] { unpickle(spelled + "(U\2ls\x85R."); }),
                  HasSubstr("global '" + global + "' refused"));
    }
  }
}

TEST(Pickle, AllowsOnlyTheCallsOfNumPy) {
  EXPECT_THAT(line_of([] { unpickle("\x80\2cnumpy\nndarray\n)R."); }),
              HasSubstr("call of 'numpy.ndarray' refused"));
  EXPECT_THAT(line_of([] { unpickle("\x80\2cnumpy\ndtype\nU\2i8\x85R."); }), HasSubstr("'O8'"));
  EXPECT_THAT(line_of([] {
                unpickle("\x80\2cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\n))\x87R.");
              }),
              HasSubstr("expected (numpy.ndarray"));
  EXPECT_THAT(line_of([] { unpickle("\x80\2U\2os)R."); }), HasSubstr("callee: found text"));
}

TEST(Pickle, RejectsOtherOpcodes) {
  // opcodes of older protocols, objects, dicts and out-of-band buffers, and 0xff, which is
  // undefined
  for (const char opcode : "ILFSVio d}s0pPQ\x81\x82\x8b\x92\x97\xff"s) {
    EXPECT_THAT(
        line_of([&] { unpickle("\x80\2"s + opcode + "1\n."); }),
        HasSubstr(fmt::format("opcode {:#04x} refused", static_cast<unsigned char>(opcode))));
  }
}

TEST(Pickle, RejectsOtherProtocols) {
  for (const char protocol : {'\0', '\1', '\6', '\xff'}) {
    std::string pickle = array_of("]a");
    pickle[1] = protocol;
    EXPECT_THAT(line_of([&] { unpickle(pickle); }), HasSubstr("expected 2 to 5"));
  }
}

TEST(Pickle, RejectsOtherContents) {
  const auto line = [](const std::string& items) {
    return line_of([&] { unpickle(array_of(items)); });
  };
  EXPECT_EQ(line("]a"), "");
  EXPECT_THAT(line("](K\1]ea"), HasSubstr("a list mixes integers and other values"));
  EXPECT_THAT(line("](K\1K\2e]aa"), HasSubstr("a list mixes integers and other values"));
  EXPECT_THAT(line("]]aa"), HasSubstr("a value that is not an integer"));
  EXPECT_THAT(line("]Naa"), HasSubstr("a value that is not an integer"));
  EXPECT_THAT(line("]\x88"
                   "aa"),
              HasSubstr("a value that is not an integer"));
  EXPECT_THAT(line("Na"), HasSubstr("an item of the array: found None, expected list"));
  EXPECT_THAT(line("K\1a"), HasSubstr("expected 1 lists"));
  EXPECT_THAT(line("](](K\1ea"), HasSubstr("found mark, expected list"));
  EXPECT_THAT(line("]h\7a"), HasSubstr("memo 7 was never stored"));
  for (const std::string& nothing : {"\x80\2."s, "\x80\2N."s, "\x80\2]."s, "\x80\2a."s, ""s}) {
    EXPECT_THAT(line_of([&] { unpickle(nothing); }), StartsWith("NAME: "));
  }
}

TEST(Pickle, RejectsAWrongNumberOfLists) {
  const std::string two = array_of("(]]e", 2);
  EXPECT_EQ(unpickle(two, 2).size(), 2u);
  EXPECT_THAT(line_of([&] { unpickle(two, 1); }), HasSubstr("expected 1 lists"));
  EXPECT_THAT(line_of([&] { unpickle(two, 3); }), HasSubstr("expected 3 lists"));
  EXPECT_THAT(line_of([] { unpickle(array_of("(]]e", 3), 2); }),
              HasSubstr("an array of length 3 with 2 lists"));
}

// 10 kB that reference one list of 1,000 integers 5,000 times would give 20 MB; 10 MB would give
// terabytes.
TEST(Pickle, RejectsManyReferencesToOneList) {
  std::string bomb = "(](" + std::string(2000, 'K') + "eq\1";
  for (int i = 0; i < 5000; ++i) bomb += "h\1";
  const std::string pickle = array_of(bomb + "e", 5001);
  EXPECT_THAT(line_of([&] { unpickle(pickle, 5001); }),
              HasSubstr("references one list many times"));
}

// A byte of these opcodes takes up to 100 bytes of memory.
TEST(Pickle, RejectsMoreObjectsThanADataSetHas) {
  const std::string many(600'000, ']'), tuples(600'000, ')'), marks(600'000, '(');
  for (const std::string& objects : {many, tuples, marks}) {
    EXPECT_THAT(line_of([&] { unpickle("\x80\2"s + objects + "."); }),
                HasSubstr("more than 500000 lists and other objects"));
  }
  std::string right;
  for (int i = 0; i < 50'000; ++i) right += "]q\1(K\7K\x08"s + "e";  // twice IMDB's
  EXPECT_EQ(unpickle(array_of("(" + right + "e", 50'000), 50'000).size(), 50'000u);
}

TEST(Pickle, RejectsAPickleOfMoreThan32MiB) {
  EXPECT_THAT(line_of([] { unpickle(std::string((32u << 20) + 1, 'N')); }),
              HasSubstr("found a pickle of 33554433 bytes, expected at most 33554432"));
}

TEST(Pickle, RejectsEveryTruncatedPickle) {
  for (const int protocol : {2, 3, 4, 5}) {
    const std::string whole = fixture(protocol);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_THAT(line_of([&] { unpickle(whole.substr(0, length), kRows); }), StartsWith("NAME: "))
          << "protocol " << protocol << ", " << length << " bytes";
    }
  }
}

TEST(Pickle, SurvivesDamage) {
  std::mt19937 random(1);
  int refused = 0, accepted = 0;
  const std::vector<std::string> wholes{fixture(2), fixture(3), fixture(4), fixture(5)};
  for (int i = 0; i < 20'000; ++i) {
    std::string pickle = wholes[i % wholes.size()];
    for (auto changes = i % 3 == 0 ? 1 + random() % 8 : 1; changes > 0; --changes) {
      pickle[random() % pickle.size()] = static_cast<char>(random());
    }
    Sequences lists;
    const std::string line = line_of([&] { lists = unpickle(pickle, kRows); });
    if (line.empty()) {
      ++accepted;
      EXPECT_EQ(lists.size(), kRows);
      EXPECT_LE(lists.values.size(), pickle.size());
    } else {
      ++refused;
      EXPECT_THAT(line, StartsWith("NAME: "));
    }
  }
  EXPECT_GT(refused, 10'000);  // both outcomes occurred
  EXPECT_GT(accepted, 1'000);
}

}  // namespace
}  // namespace reprise
