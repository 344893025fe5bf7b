// The checks of the values of flags.
#include <gtest/gtest.h>

#include "cli/flag_types.hpp"

namespace reprise::cli {
namespace {

TEST(WholeNumber, IsDecimalAndInItsRange) {
  EXPECT_EQ(parse_whole("0", 0, 9), 0);
  EXPECT_EQ(parse_whole("010", 0, 99), 10);  // not octal
  EXPECT_EQ(parse_whole("4294967295", 0, 4294967295), 4294967295);
  for (const char* text : {"",
                           " ",
                           "-1",
                           "10",
                           " 5",
                           "5 ",
                           "+5",
                           "0x5",
                           "1e0",
                           "5.0",
                           "5,",
                           "[5]",
                           "{}",
                           "%%",
                           "nan",
                           "inf",
                           "five",
                           "99999999999999999999",
                           "-99999999999999999999",
                           "\xef\xbc\x95"}) {
    EXPECT_EQ(parse_whole(text, 0, 9), std::nullopt) << text;
  }
}

TEST(SeedRange, HasTwoSeedsInOrder) {
  EXPECT_EQ(parse_seed_range("0..0"), std::pair(0L, 0L));
  EXPECT_EQ(parse_seed_range("7..4294967295"), std::pair(7L, 4294967295L));
  for (const char* text : {"", "..", "1", "1..", "..1", "2..1", "0..4294967296", "-1..1", "0...1",
                           "0..1..2", "0x0..1", "0..1e3", " 0..1", "0..1 ", "0 .. 1", "0..-1",
                           "0..99999999999999999999", "[0,1]", "nan..1"}) {
    EXPECT_EQ(parse_seed_range(text), std::nullopt) << text;
  }
}

TEST(PositiveNumber, IsFiniteAndAtMostTheLimit) {
  EXPECT_EQ(parse_positive("0.5", 10), 0.5);
  EXPECT_EQ(parse_positive("1e-3", 10), 1e-3);
  EXPECT_EQ(parse_positive("10", 10), 10);
  for (const char* text : {"", "0", "-1", "10.1", "nan", "-nan", "inf", "1e400", "1e-400", " 1",
                           "1 ", "0x1", "1,5", "+1", "1%", "[1]", "one"}) {
    EXPECT_EQ(parse_positive(text, 10), std::nullopt) << text;
  }
}

TEST(List, KeepsEmptyParts) {
  EXPECT_EQ(split_list("a,b"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(split_list("a,"), (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(split_list(",a"), (std::vector<std::string>{"", "a"}));
  EXPECT_EQ(split_list(""), std::vector<std::string>{""});
}

}  // namespace
}  // namespace reprise::cli
