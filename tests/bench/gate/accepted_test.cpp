// The file of accepted slowdowns: what is written is read, and anything else is refused in one line
// that says why.
#include "bench/gate/accepted.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::gate {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kFirst(40, 'a'), kSecond(40, 'b');

bool any_commit(const std::string&) { return true; }

// The line of the Error that `call` throws, which has to be a usage error in one line.
template <class Call>
std::string refusal_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return "";
}

std::string refusal_of_text(const std::string& text) {
  return refusal_of([&] { parse_accepted(text, "file"); });
}

std::string with_entries(const std::string& entries) {
  return R"({"schema":"reprise/accepted/1","accepted":[)" + entries + "]}";
}

// An entry in which one field is replaced.
std::string entry_with(const std::string& field = "", const std::string& value = "") {
  std::string text;
  const std::vector<std::pair<std::string, std::string>> right{{"benchmark", "\"dense/x\""},
                                                               {"commit", '"' + kFirst + '"'},
                                                               {"factor", "1.25"},
                                                               {"why", "\"more accurate\""}};
  for (const auto& [name, usual] : right) {
    text += (text.empty() ? "{\"" : ",\"") + name + "\":" + (name == field ? value : usual);
  }
  return text + "}";
}

TEST(Accepted, AreReadAsTheyWereWrittenAndSorted) {
  const testing::Scratch scratch;
  const auto file = scratch.path() / "new folder" / "accepted.json";
  write_accepted(file, {{kSecond, "b", 1.25, "more accurate"},
                        {kSecond, "a \"quoted\"", 1 + 1e-15, "Umlaut \xc3\xa4"},
                        {std::string(64, 'c'), "b", 1e300, "a\nb"},
                        {kFirst, "b", 2, "x"}});
  const auto entries = read_accepted(file);
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[0].benchmark, "a \"quoted\"");
  EXPECT_EQ(entries[0].factor, 1 + 1e-15);
  EXPECT_EQ(entries[0].why, "Umlaut \xc3\xa4");
  EXPECT_EQ(entries[1].commit, kFirst);
  EXPECT_EQ(entries[2].commit, kSecond);
  EXPECT_EQ(entries[2].why, "more accurate");
  EXPECT_EQ(entries[3].commit, std::string(64, 'c'));
  EXPECT_EQ(entries[3].why, "a\nb");
  const std::string text = read_file(file, 1 << 20);
  EXPECT_EQ(std::ranges::count(text, '\n'), 6);  // one line an entry
  write_accepted(file, entries);
  EXPECT_EQ(read_file(file, 1 << 20), text);
}

TEST(Accepted, AFileThatIsMissingHasNoneAndAnEmptyListIsWritten) {
  const testing::Scratch scratch;
  const auto file = scratch.path() / "accepted.json";
  EXPECT_TRUE(read_accepted(file).empty());
  EXPECT_TRUE(read_accepted(file / "below a file").empty());
  write_accepted(file, {});
  EXPECT_TRUE(read_accepted(file).empty());
  EXPECT_THAT(refusal_of([&] { read_accepted(scratch.path()); }), HasSubstr("a directory"));
}

TEST(Accepted, RefusalsNameTheFileWhatWasFoundAndWhatWasExpected) {
  EXPECT_EQ(parse_accepted(with_entries(entry_with()), "file").size(), 1u);
  EXPECT_THAT(refusal_of_text(""), StartsWith("file: found no whole JSON document"));
  EXPECT_THAT(refusal_of_text("[]"), HasSubstr("found array"));
  EXPECT_THAT(refusal_of_text("{\"accepted\":[]}"), HasSubstr("no schema, expected reprise/"));
  EXPECT_THAT(refusal_of_text(R"({"schema":"reprise/accepted/2","accepted":[]})"),
              HasSubstr("\"reprise/accepted/2\", expected reprise/accepted/1"));
  EXPECT_THAT(refusal_of_text(R"({"schema":7,"accepted":[]})"), HasSubstr("schema 7"));
  EXPECT_THAT(refusal_of_text(R"({"schema":"reprise/accepted/1"})"), HasSubstr("no list"));
  EXPECT_THAT(refusal_of_text(R"({"schema":"reprise/accepted/1","accepted":{}})"),
              HasSubstr("no list"));
  EXPECT_THAT(refusal_of_text(R"({"schema":"reprise/accepted/1","accepted":[],"x":1})"),
              HasSubstr("unknown field 'x'"));
  EXPECT_THAT(refusal_of_text(with_entries("7")), HasSubstr("file: entry 1: found number"));
  EXPECT_THAT(refusal_of_text(with_entries("{}")), HasSubstr("no 'benchmark'"));
  EXPECT_THAT(refusal_of_text(with_entries(entry_with() + "," + entry_with())),
              AllOf(HasSubstr("two entries of benchmark 'dense/x'"), HasSubstr("expected one")));
  EXPECT_THAT(refusal_of_text(with_entries(entry_with("why", "\"a\",\"note\":\"b\""))),
              HasSubstr("unknown field 'note'"));
  EXPECT_THAT(refusal_of_text(with_entries(entry_with("why", "\"a\",\"why\":\"b\""))),
              HasSubstr("'why' twice"));
}

TEST(Accepted, EveryFieldIsChecked) {
  const auto refused = [](const std::string& field, const std::string& value) {
    return refusal_of_text(with_entries(entry_with(field, value)));
  };
  EXPECT_THAT(refused("commit", "\"HEAD\""), HasSubstr("commit 'HEAD', expected 40 or 64"));
  EXPECT_THAT(refused("commit", '"' + std::string(39, 'a') + '"'), HasSubstr("expected 40 or 64"));
  EXPECT_THAT(refused("commit", '"' + std::string(40, 'g') + '"'), HasSubstr("expected 40 or 64"));
  EXPECT_THAT(refused("commit", "7"), HasSubstr("'commit' of type number"));
  EXPECT_THAT(refused("benchmark", "\"\""), HasSubstr("empty benchmark"));
  EXPECT_THAT(refused("benchmark", "[]"), HasSubstr("'benchmark' of type array"));
  EXPECT_THAT(refused("why", "\" \\n\""), HasSubstr("empty why"));
  EXPECT_THAT(refused("factor", "1"), HasSubstr("factor 1, expected a number above 1"));
  EXPECT_THAT(refused("factor", "-2"), HasSubstr("factor -2"));
  EXPECT_THAT(refused("factor", "\"2\""), HasSubstr("no number"));
  EXPECT_THAT(refused("factor", "1e999"), HasSubstr("JSON"));
  EXPECT_THAT(refused("factor", "NaN"), HasSubstr("JSON"));
  const auto large =
      parse_accepted(with_entries(entry_with("commit", '"' + std::string(40, 'A') + '"')), "file");
  EXPECT_EQ(large.at(0).commit, kFirst);  // git writes small letters
}

TEST(Accepted, ConflictMarkersAreNamed) {
  const std::string line = refusal_of_text(
      "{\"schema\":\"reprise/accepted/1\",\"accepted\":[\n<<<<<<< HEAD\n" + entry_with() +
      "\n=======\n" + entry_with("factor", "1.5") + "\n>>>>>>> other\n]}\n");
  EXPECT_THAT(line, HasSubstr("a conflict marker of git in line 2"));
  EXPECT_THAT(refusal_of_text(with_entries("\n" + entry_with() + "\n>>>>>>> other\n")),
              HasSubstr("in line 3"));
}

TEST(Accepted, MoreThanAMegabyteIsNeitherReadNorWritten) {
  const testing::Scratch scratch;
  const auto file = scratch.path() / "accepted.json";
  write_accepted(file, {{kFirst, "a", 2, "x"}});
  const std::string before = read_file(file, 1 << 20);
  const std::string long_text(1 << 20, 'x');
  EXPECT_THAT(refusal_of([&] {
                write_accepted(file, {{kFirst, "a", 2, long_text}});
              }),
              HasSubstr("expected at most 1048576 bytes"));
  EXPECT_EQ(read_file(file, 1 << 20), before);
  write_file(file, [&](std::ostream& out) { out << with_entries("") << long_text; });
  EXPECT_THAT(refusal_of([&] { read_accepted(file); }), HasSubstr("found more than 1048576"));
}

TEST(Accepted, WhatWouldBeRefusedIsNotWritten) {
  const testing::Scratch scratch;
  const auto file = scratch.path() / "accepted.json";
  const auto refused = [&](const std::vector<Accepted>& entries) {
    return refusal_of([&] { write_accepted(file, entries); });
  };
  EXPECT_THAT(refused({{kFirst, "a", std::numeric_limits<double>::infinity(), "x"}}),
              HasSubstr("factor inf"));
  EXPECT_THAT(refused({{kFirst, "a", std::nan(""), "x"}}), HasSubstr("factor nan"));
  EXPECT_THAT(refused({{kFirst, "a", 2, ""}}), HasSubstr("empty why"));
  EXPECT_THAT(refused({{"HEAD", "a", 2, "x"}}), HasSubstr("commit 'HEAD'"));
  EXPECT_THAT(refused({{kFirst, "a", 2, "x"}, {kFirst, "a", 3, "y"}}), HasSubstr("two entries"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(Accepted, AnEntryAllowsItsFactorAndTheMarginInItsRange) {
  const std::vector<Accepted> entries{{kFirst, "a", 1.2, "x"}};
  EXPECT_EQ(find_accepted(entries, "a", 1.2, 0.05, any_commit), &entries[0]);
  EXPECT_EQ(find_accepted(entries, "a", 1.2 * 1.05, 0.05, any_commit), &entries[0]);
  EXPECT_EQ(find_accepted(entries, "a", 1.2601, 0.05, any_commit), nullptr);
  EXPECT_EQ(find_accepted(entries, "a", std::nan(""), 0.05, any_commit), nullptr);
  EXPECT_EQ(find_accepted(entries, "b", 1.1, 0.05, any_commit), nullptr);
  const auto none = [](const std::string&) { return false; };
  EXPECT_EQ(find_accepted(entries, "a", 1.1, 0.05, none), nullptr);
  EXPECT_EQ(find_accepted({}, "a", 1.1, 0.05, any_commit), nullptr);
}

TEST(Accepted, TheLargestFactorInTheRangeCounts) {
  const std::vector<Accepted> entries{{kFirst, "a", 1.2, "x"},
                                      {kSecond, "a", 1.5, "y"},
                                      {std::string(64, 'c'), "a", 1.3, "u"},
                                      {kFirst, "b", 3, "z"}};
  EXPECT_EQ(find_accepted(entries, "a", 1.1, 0.05, any_commit), &entries[1]);
  const auto first_only = [](const std::string& commit) { return commit == kFirst; };
  EXPECT_EQ(find_accepted(entries, "a", 1.1, 0.05, first_only), &entries[0]);
  EXPECT_EQ(find_accepted(entries, "a", 1.4, 0.05, first_only), nullptr);
}

}  // namespace
}  // namespace reprise::gate
