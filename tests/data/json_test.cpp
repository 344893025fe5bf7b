// The door for JSON: depth, size, text that is not UTF-8.
#include "reprise/data/json.hpp"

#include <gmock/gmock.h>

#include "reprise/core/error.hpp"

namespace reprise {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string error_of(const std::string& text) {
  try {
    parse_json(text, "file.json", "a record");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(JsonTest, RefusesADocumentThatIsNestedTooDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(error_of(nested(64)), "");
  for (const std::size_t depth : {65, 1000, 1000000}) {
    EXPECT_EQ(error_of(nested(depth)),
              "file.json: found JSON nested deeper than 64 levels, expected a record");
  }
  EXPECT_THAT(error_of(std::string(1000000, '{')), HasSubstr("found no whole JSON document"));
  EXPECT_EQ(error_of("\"" + std::string(100, '[') + "\\\"" + std::string(100, '{') + "\""), "");
  EXPECT_THAT(error_of("]]]]" + nested(66)), HasSubstr("found no whole JSON document"));
}

TEST(JsonTest, RefusesADocumentThatWouldFillTheMemory) {
  const auto list_of = [](const std::string& value, std::size_t count) {
    std::string text = "[" + value;
    for (std::size_t i = 1; i < count; ++i) text += "," + value;
    return text + "]";
  };
  EXPECT_EQ(error_of(list_of("[]", 1000)), "");
  EXPECT_THAT(error_of(list_of("{}", 1000000)), HasSubstr("more than 16000000 values or 1000000"));
  EXPECT_THAT(error_of(list_of("1", 16000002)), HasSubstr("more than 16000000 values or 1000000"));
}

TEST(JsonTest, NamesTheFileAndWhatWasExpected) {
  for (const char* text : {"", "[1", "{} {}", "NaN", "[1e999]", "\xff\xfe{\0}"}) {
    EXPECT_THAT(error_of(text), HasSubstr("file.json: found no whole JSON document, expected a "
                                          "record ("));
  }
}

TEST(JsonTest, LosesNothingBehindANulOrARepeatedKey) {
  EXPECT_EQ(error_of(std::string("[1]\0[2]", 7)), "file.json: found a NUL byte, expected a record");
  EXPECT_EQ(error_of(R"({"a": [{"b": 1, "b": 2}]})"),
            "file.json: found the key 'b' twice in one object, expected a record");
  EXPECT_EQ(error_of(R"({"a": {"b": 1}, "c": {"b": 2}})"), "");
  EXPECT_EQ(parse_json(R"({"b": 1, "b": 2})", "file", "JSON", RepeatedKeys::allowed)["b"], 2);
}

TEST(JsonTest, WritesTextThatIsNotUtf8) {
  EXPECT_EQ(json_text(json{{"a", "x\xff"}}), "{\"a\":\"x\xef\xbf\xbd\"}");
  EXPECT_EQ(parse_json(json_text(json{{"a", "x\xff"}}), "text")["a"], "x\xef\xbf\xbd");
}

}  // namespace
}  // namespace reprise
