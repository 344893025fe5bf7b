// Untrusted text in one line.
#include "reprise/core/error.hpp"

#include <gtest/gtest.h>

namespace reprise {
namespace {

TEST(OneLine, ReplacesControlCharactersAndInvalidUtf8) {
  EXPECT_EQ(one_line("a\tb\n\x1b[31m\x7f"), "a?b??[31m?");
  EXPECT_EQ(one_line("caf\xc3\xa9 \xe6\xb7\xb1 \xf0\x9f\x98\x80"),
            "caf\xc3\xa9 \xe6\xb7\xb1 \xf0\x9f\x98\x80");
  EXPECT_EQ(one_line("caf\xe9!"), "caf?!");  // Latin-1
  EXPECT_EQ(one_line("\xc3"), "?");          // truncated
  EXPECT_EQ(one_line("\xff\x80\xc0\xaf"), "????");
  EXPECT_EQ(one_line("a\xc2\x9bz"), "a?z");  // a control character of two bytes
  EXPECT_EQ(one_line("\xe0\x80\x80"), "???");
  EXPECT_EQ(one_line("\xed\xa0\x80"), "???");
  EXPECT_EQ(one_line("\xf4\x90\x80\x80"), "????");
  EXPECT_EQ(one_line(""), "");
}

TEST(Printable, CutsAtACharacterBoundary) {
  const std::string long_text = std::string(199, 'x') + "\xc3\xa9 and more";
  EXPECT_EQ(printable(long_text), std::string(199, 'x'));
  EXPECT_EQ(printable(std::string(500, 'x')).size(), 200u);
  EXPECT_EQ(printable(std::string(198, 'x') + "\xc3\xa9"), std::string(198, 'x') + "\xc3\xa9");
}

}  // namespace
}  // namespace reprise
