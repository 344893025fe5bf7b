// Arguments reach their options as they were given.
#include "cli/arguments.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "cli/flag_types.hpp"
#include "reprise/core/error.hpp"

namespace reprise::cli {
namespace {

// Texts that CLI11 changes in some place, and others that command lines often change.
const std::vector<std::string> kTexts{
    "[a,b]", "[ -f x ]", "[]",   "[[a]]", "{}",    "{a}",         "%%",   "a,b", "\"x\"", "'x'",
    "x\\n",  "\\",       " x ",  " ",     "a=b",   "=",           "a;b",  "++",  "/x:y",  "true",
    "010",   "-",        "a\nb", "#x",    "$HOME", "caf\xc3\xa9", "\xff", "sub"};
const std::vector<std::string> kDashes{"-x", "--text", "--flag", "--", "--text=x", "-5", "---"};

// A program with one option of each kind, and a command.
struct Program {
  Program() {
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    add_value(app, "--text", text, "TEXT", "");
    add_value(app, "--path", path, "FILE", "");
    add_value(app, "--texts", texts, "TEXT", "");
    add_number(app, "--number", number, 0, 100, "");
    app.add_flag("--flag,-f", flag, "");
    CLI::App* command = app.add_subcommand("sub", "");
    add_value(*command, "WORD", word, "", "");
    add_value(*command, "WORDS", words, "", "");
  }

  bool parse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "program");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    return parse_command_line(app, static_cast<int>(argv.size()), argv.data());
  }

  CLI::App app{"", "program"};
  std::string text, word;
  std::optional<std::filesystem::path> path;
  std::vector<std::string> texts, words;
  std::optional<int> number;
  bool flag = false;
};

std::string error_of(const std::vector<std::string>& arguments) {
  try {
    Program().parse(arguments);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Arguments, AreTakenLiterallyByOptions) {
  std::vector<std::string> all = kTexts;
  all.insert(all.end(), kDashes.begin(), kDashes.end());
  for (const std::string& text : all) {
    for (const bool joined : {false, true}) {
      const auto option = [&](const std::string& flag) {
        return joined ? std::vector{flag + "=" + text} : std::vector{flag, text};
      };
      Program program;
      // a flag of the program means that the value was forgotten, unless it is joined
      if (!joined && (text == "--text" || text == "--flag" || text == "--text=x")) {
        EXPECT_THROW(program.parse(option("--path")), Error);
        continue;
      }
      for (const char* flag : {"--text", "--path", "--texts"}) {
        EXPECT_TRUE(program.parse(option(flag)));
        program.app.clear();
      }
      EXPECT_EQ(program.text, text);
      EXPECT_EQ(program.path, text);
      EXPECT_EQ(program.texts, std::vector{text});
    }
  }
}

TEST(Arguments, AreTakenLiterallyByPositionalOptions) {
  for (const std::string& text : kTexts) {
    Program program;
    program.parse({"sub", text, text});
    EXPECT_EQ(program.word, text);
    EXPECT_EQ(program.words, std::vector{text});
    Program more;
    more.parse({"sub", "x", text, "%%", text, "{}"});
    EXPECT_EQ(more.words, (std::vector<std::string>{text, "%%", text, "{}"}));
  }
  for (const std::string& text : kDashes) {
    Program program;
    program.parse({"sub", "--", "x", text});
    EXPECT_EQ(program.words, std::vector{text});
  }
}

TEST(Arguments, AreOneToAnOption) {
  Program program;
  program.parse({"--texts", "a", "--flag", "--texts=b", "--path", "p", "sub", "word", "words"});
  EXPECT_EQ(program.texts, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(program.path, "p");
  EXPECT_TRUE(program.flag);
  EXPECT_EQ(program.words, std::vector<std::string>{"words"});
  EXPECT_EQ(error_of({"--texts", "a", "b"}), "found 'b', expected one of: sub");
}

TEST(Arguments, OfAnOptionThatIsGivenTwiceCountLast) {
  Program program;
  program.parse({"--text", "a", "--number=1", "--text=[b,c]", "--number", "2", "-f", "-f"});
  EXPECT_EQ(program.text, "[b,c]");
  EXPECT_EQ(program.number, 2);
  EXPECT_TRUE(program.flag);
}

TEST(Arguments, ThatAreEmptyAreRefused) {
  EXPECT_EQ(error_of({"--text", ""}), "--text: found '', expected TEXT");
  EXPECT_EQ(error_of({"--text=", "x"}), "--text: found '', expected TEXT");
  EXPECT_EQ(error_of({"--path="}), "--path: found '', expected FILE");
  EXPECT_EQ(error_of({"sub", ""}), "WORD: found '', expected WORD");
  EXPECT_EQ(error_of({"--text"}), "--text: found no value, expected TEXT");
}

TEST(Arguments, ThatNoOptionTakesAreRefused) {
  EXPECT_EQ(error_of({"--flag=no"}), "--flag: found the value 'no', expected none");
  EXPECT_EQ(error_of({"--flag={}"}), "--flag: found the value '{}', expected none");
  EXPECT_EQ(error_of({"--flag="}), "--flag: found the value '', expected none");
  EXPECT_EQ(error_of({"--tex", "x"}),
            "'--tex': unknown flag; did you mean '--text'? (--help lists them)");
  EXPECT_EQ(error_of({"--TEXT=x"}).substr(0, 24), "'--TEXT': unknown flag; ");
  EXPECT_EQ(error_of({"-fx"}), "'-fx': unknown flag (--help lists them)");
  EXPECT_EQ(error_of({"/flag"}), "found '/flag', expected one of: sub");
  EXPECT_EQ(error_of({"--", "--flag"}), "found '--flag' after --, expected no more arguments");
}

TEST(Arguments, AreForgivenBesideHelp) {
  for (const auto& arguments :
       {std::vector<std::string>{"--bogus", "--help"}, {"sub", "--help", "--bogus"}}) {
    ::testing::internal::CaptureStdout();
    EXPECT_FALSE(Program().parse(arguments));
    EXPECT_NE(::testing::internal::GetCapturedStdout().find("Usage"), std::string::npos);
  }
}

}  // namespace
}  // namespace reprise::cli
