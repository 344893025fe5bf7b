// The gate's git commands and builds, in small repositories that the tests make.
#include "bench/gate/git.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "bench/gate/built.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/core/process.hpp"
#include "reprise/core/read_file.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::gate {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kSeconds = 60;

// The line of the Error that `call` throws, which has to be one with this exit code.
template <class Call>
std::string refusal_of(ExitCode code, Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), code) << error.what();
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return "";
}

std::string text_of(const fs::path& file) { return read_file(file, 1 << 20); }
void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

// A repository in a scratch folder, with git's settings of these tests only.
class GitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (find_program("git").empty()) GTEST_SKIP() << "git is not installed";
    write(settings_,
          "[user]\nname = a\nemail = a@b\n[init]\ndefaultBranch = main\n[protocol \"file\"]\n"
          "allow = always\n[commit]\ngpgSign = false\n");
    setenv("GIT_CONFIG_GLOBAL", settings_.c_str(), 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    fs::create_directory(top_);
    run({"init", "--quiet"});
  }
  void TearDown() override {
    for (const char* name : {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"}) unsetenv(name);
  }
  // The tests may run in a hook of another repository, which they must not change.
  std::string run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"git", "-C", top_.string()});
    const ProcessResult done = run_process({without_git_variables(arguments)}, kSeconds);
    EXPECT_TRUE(done.succeeded()) << ::testing::PrintToString(arguments) << done.problem();
    return done.standard_output.substr(0, done.standard_output.find('\n'));
  }
  // Commits a file and returns the commit.
  std::string commit(const std::string& file, const std::string& text) const {
    fs::create_directories((top_ / file).parent_path());
    write(top_ / file, text);
    run({"add", "--force", file});
    run({"commit", "--quiet", "--message", "change " + file});
    return run({"rev-parse", "HEAD"});
  }
  Git git() const { return Git(top_); }
  fs::path place_of(const std::string& commit, const std::string& end = "") const {
    return top_ / ".git" / "reprise-gate" / (commit.substr(0, 12) + end);
  }

  testing::Scratch scratch_;
  const fs::path top_ = fs::canonical(scratch_.path()) / "repository",
                 settings_ = scratch_.path() / "settings";
};

TEST_F(GitTest, NamesOfACommitGiveItsDigits) {
  const std::string first = commit("a", "1");
  run({"branch", "branch/name"});
  run({"tag", "light"});
  run({"tag", "--annotate", "heavy", "--message", "x"});
  const std::string second = commit("a", "2");
  for (const char* ref : {"branch/name", "light", "heavy", "HEAD~1", "main^", ":/change"}) {
    EXPECT_EQ(git().commit(ref), *ref == ':' ? second : first) << ref;
  }
  EXPECT_EQ(git().commit(first.substr(0, 9)), first);
  EXPECT_EQ(git().commit(second), second);
}

TEST_F(GitTest, WhatNamesNoCommitIsRefused) {
  const std::string first = commit("a", "1");
  run({"update-ref", "refs/heads/-x", first});
  for (const char* ref : {"nope", "HEAD~1", "1234567890123456789012345678901234567890", "^HEAD",
                          "HEAD..HEAD", "a\nb", "HEAD HEAD"}) {
    EXPECT_THAT(refusal_of(ExitCode::usage, [&] { git().commit(ref); }),
                HasSubstr("found no such commit, expected a branch, a tag or a commit"))
        << ref;
  }
  EXPECT_THAT(refusal_of(ExitCode::usage, [&] { git().commit("HEAD:a"); }),
              HasSubstr("'HEAD:a': found no commit"));
  for (const char* ref : {"-x", "--all", "--git-dir", "-"}) {
    EXPECT_THAT(refusal_of(ExitCode::usage, [&] { git().commit(ref); }), HasSubstr("with '-'"));
  }
  EXPECT_THAT(refusal_of(ExitCode::usage, [&] { git().commit(""); }), HasSubstr("empty name"));
  EXPECT_EQ(git().commit("refs/heads/-x"), first);
}

TEST_F(GitTest, TheMergeBaseIsWhereBranchesDiverged) {
  const std::string first = commit("a", "1");
  run({"checkout", "--quiet", "-b", "side"});
  const std::string side = commit("b", "1");
  run({"checkout", "--quiet", "main"});
  const std::string second = commit("a", "2"), third = commit("a", "3");
  EXPECT_EQ(git().merge_base("main", "side"), first);
  EXPECT_EQ(git().merge_base("main", "main~1"), second);
  EXPECT_THAT(git().commits_between("side", "main"), ElementsAre(third, second));
  EXPECT_THAT(git().commits_between("main", "side"), ElementsAre(side));
  EXPECT_TRUE(git().commits_between("main", "main").empty());
  run({"checkout", "--quiet", "--orphan", "other"});
  commit("c", "1");
  EXPECT_THAT(refusal_of(ExitCode::usage, [&] { git().merge_base("main", "other"); }),
              HasSubstr("the merge base of 'main' and 'other': found no commit that both have"));
}

TEST_F(GitTest, AShallowCloneIsToldToFetchItsHistory) {
  commit("a", "1");
  run({"branch", "side"});
  commit("a", "2");
  run({"checkout", "--quiet", "side"});
  commit("b", "1");
  run({"checkout", "--quiet", "main"});
  run({"clone", "--quiet", "--depth", "1", "--no-single-branch", "file://" + top_.string(),
       (scratch_.path() / "clone").string()});
  const Git clone(scratch_.path() / "clone");
  EXPECT_TRUE(clone.is_shallow());
  EXPECT_FALSE(git().is_shallow());
  EXPECT_EQ(clone.commit("HEAD"), git().commit("main"));
  const auto advises = HasSubstr("git fetch --unshallow");
  EXPECT_THAT(refusal_of(ExitCode::missing, [&] { clone.merge_base("main", "origin/side"); }),
              AllOf(advises, HasSubstr("the merge base of 'main' and 'origin/side'")));
  EXPECT_THAT(refusal_of(ExitCode::missing, [&] { clone.commits_between("origin/side", "main"); }),
              advises);
  EXPECT_THAT(refusal_of(ExitCode::missing, [&] { clone.commit("HEAD~1"); }), advises);
  EXPECT_THAT(refusal_of(ExitCode::usage, [&] { clone.commit("HEAD:a"); }), Not(advises));
  run({"-C", "../clone", "fetch", "--quiet", "--unshallow"});
  EXPECT_EQ(clone.merge_base("main", "origin/side"), git().commit("main~1"));
}

TEST_F(GitTest, ChangedTrackedFilesMakeATreeDirty) {
  commit("a", "1");
  write(top_ / "untracked", "1");
  EXPECT_FALSE(git().is_dirty());
  write(top_ / "a", "1");  // the same text at another time
  EXPECT_FALSE(git().is_dirty());
  write(top_ / "a", "2");
  EXPECT_TRUE(git().is_dirty());
  run({"add", "a"});
  EXPECT_TRUE(git().is_dirty());
}

TEST_F(GitTest, AFileIsReadAsACommitHasIt) {
  const std::string text = std::string(100000, 'x') + "\n\n", first = commit("folder/a", text);
  commit("folder/a", "2");
  EXPECT_EQ(git().text_of(first, "folder/a"), text);
  EXPECT_EQ(git().text_of("main", "folder/a"), "2");
  EXPECT_EQ(git().text_of("main", "folder/b"), "");
  EXPECT_EQ(git().text_of("main", "folder"), "");
  EXPECT_EQ(Git(top_ / "folder").text_of("main", "folder/a"), "2");
}

TEST_F(GitTest, ARepositoryIsFoundFromItsFoldersAndWhateverTheEnvironmentSays) {
  const std::string first = commit("folder/a", "1");
  setenv("GIT_DIR", "/no/such/folder", 1);
  setenv("GIT_INDEX_FILE", "/no/such/index", 1);
  setenv("GIT_WORK_TREE", "/", 1);
  const Git found(top_ / "folder");
  EXPECT_EQ(found.top(), top_);
  EXPECT_EQ(found.commit("HEAD"), first);
  EXPECT_FALSE(found.is_dirty());
  EXPECT_EQ(found.common_folder(), top_ / ".git");
  found.add_worktree(scratch_.path() / "tree", first);
  EXPECT_EQ(Git(scratch_.path() / "tree").common_folder(), top_ / ".git");
}

TEST_F(GitTest, NoRepositoryAndNoGitAreMissing) {
  const auto expects = HasSubstr("found no working tree of git, expected one");
  EXPECT_THAT(refusal_of(ExitCode::missing, [&] { Git{scratch_.path()}; }), expects);
  EXPECT_THAT(refusal_of(ExitCode::missing, [&] { Git{scratch_.path() / "no"}; }), expects);
  EXPECT_THAT(refusal_of(ExitCode::missing, [&] { Git{top_ / ".git"}; }), expects);
  const std::string path = std::getenv("PATH");
  setenv("PATH", scratch_.path().c_str(), 1);
  EXPECT_THAT(refusal_of(ExitCode::missing, [&] { Git{top_}; }),
              HasSubstr("git: found no such program"));
  setenv("PATH", path.c_str(), 1);
}

TEST_F(GitTest, AWholeWorktreeIsLeftAloneAndAnythingElseOfOursReplaced) {
  const std::string first = commit("a", "1"), second = commit("a", "2");
  const fs::path folder = top_ / ".git" / "reprise-gate" / "tree";
  write(top_ / ".git" / "hooks" / "post-checkout", "#!/bin/sh\ntouch " + top_.string() + "/ran\n");
  fs::permissions(top_ / ".git" / "hooks" / "post-checkout", fs::perms::all);
  git().add_worktree(folder, "main~1");
  EXPECT_EQ(text_of(folder / "a"), "1");
  write(folder / "built", "x");
  git().add_worktree(folder, first);
  EXPECT_TRUE(fs::exists(folder / "built"));
  git().add_worktree(folder, second);
  EXPECT_EQ(text_of(folder / "a"), "2");
  EXPECT_FALSE(fs::exists(folder / "built"));
  fs::remove_all(folder);
  fs::create_directory(folder);  // git would find the repository around it
  git().add_worktree(folder, second);
  EXPECT_EQ(text_of(folder / "a"), "2");
  EXPECT_EQ(run({"symbolic-ref", "--short", "HEAD"}), "main");
  EXPECT_FALSE(git().is_dirty());
  EXPECT_FALSE(fs::exists(top_ / "ran"));  // the user's hook

  EXPECT_THAT(refusal_of(ExitCode::usage, [&] { git().add_worktree(scratch_.path(), first); }),
              HasSubstr("found files, expected an empty or no folder"));
  EXPECT_TRUE(fs::exists(settings_));
}

// A filter kills the checkout, and the whole process group, in its middle.
TEST_F(GitTest, AWorktreeThatWasKilledHalfMadeIsMadeAnew) {
  write(settings_, text_of(settings_) + "[filter \"deadly\"]\nsmudge = \"test -e " +
                       (scratch_.path() / "go").string() + " || kill -9 0; cat\"\n");
  commit(".gitattributes", "z filter=deadly\n");
  const std::string last = commit("z", "1");
  const fs::path folder = place_of(last);
  const Command add{without_git_variables(
      {"git", "-C", top_.string(), "worktree", "add", "--detach", folder, last})};
  ASSERT_EQ(run_process(add, kSeconds).signal, SIGKILL);
  ASSERT_TRUE(fs::exists(folder / ".git"));
  ASSERT_FALSE(fs::exists(folder / "z"));
  write(scratch_.path() / "go", "");
  git().add_worktree(folder, last);
  EXPECT_EQ(text_of(folder / "z"), "1");
  EXPECT_FALSE(Git(folder).is_dirty());
}

TEST_F(GitTest, AWorktreeHasItsSubmodules) {
  commit("a", "1");
  run({"clone", "--quiet", top_.string(), (scratch_.path() / "other").string()});
  run({"submodule", "--quiet", "add", (scratch_.path() / "other").string(), "below"});
  const std::string last = commit("a", "2");
  git().add_worktree(place_of(last), last);
  EXPECT_EQ(text_of(place_of(last) / "below" / "a"), "1");
  fs::remove(place_of(last) / "a");
  git().add_worktree(place_of(last), last);
  EXPECT_EQ(text_of(place_of(last) / "below" / "a"), "1");
}

class BuildTest : public GitTest {
 protected:
  // Copies the tracked file `a` into a program, and counts the builds in the log beside the top.
  BuildCommands copying(const std::string& more = "") const {
    return {.command = "echo >>" + (scratch_.path() / "builds").string() +
                       "; mkdir -p out && cp a out/bench && chmod +x out/bench" + more,
            .program = "out/bench --flag 'a b'"};
  }
  std::size_t builds() const { return fs::file_size(scratch_.path() / "builds"); }
  std::string build(const std::string& ref, const BuildCommands& commands) const {
    return build_commit(git(), ref, commands, kSeconds);
  }
  std::string refusal(ExitCode code, const std::string& ref, const BuildCommands& commands) const {
    return refusal_of(code, [&] { build(ref, commands); });
  }
};

TEST_F(BuildTest, ACommitIsBuiltOnceForTheSameCommands) {
  const std::string first = commit("a", "1");
  commit("a", "2");
  const fs::path out = place_of(first) / "out";
  const std::string line = build("HEAD~1", copying());
  EXPECT_EQ(line, (out / "bench").string() + " --flag 'a b'");
  EXPECT_EQ(text_of(out / "bench"), "1");
  EXPECT_EQ(build(first, copying()), line);
  EXPECT_EQ(builds(), 1u);
  write(out / "other", "");
  build(first, copying(" && true"));
  EXPECT_EQ(builds(), 2u);
  EXPECT_FALSE(fs::exists(out / "other"));  // files of the other build are gone
  setenv("CXXFLAGS", "-O1", 1);
  build(first, copying(" && true"));
  unsetenv("CXXFLAGS");
  EXPECT_EQ(builds(), 3u);
  build(first, copying());
  fs::remove(out / "bench");
  build(first, copying());
  EXPECT_EQ(builds(), 5u);
  // the program of another build does not count
  EXPECT_THAT(refusal(ExitCode::usage, first, {.command = "true", .program = "out/bench"}),
              HasSubstr("found no program 'out/bench'"));
}

TEST_F(BuildTest, ABuildThatWasNotFinishedIsContinued) {
  const std::string first = commit("a", "1");
  const fs::path stop = scratch_.path() / "stop";
  const auto commands = copying(" && echo >>steps && ! test -e " + stop.string());
  write(stop, "");
  refusal(ExitCode::usage, first, commands);
  fs::remove(stop);
  build(first, commands);  // although the program was there already
  EXPECT_EQ(builds(), 2u);
  EXPECT_EQ(text_of(place_of(first) / "steps"), "\n\n");
}

TEST_F(BuildTest, FailuresNameTheLastLineAndTheLog) {
  const std::string first = commit("a", "1");
  const auto refused = [&](ExitCode code, const std::string& command) {
    return refusal(code, first, {.command = command, .program = "bench"});
  };
  const auto log = EndsWith("; see " + place_of(first, ".log").string());
  EXPECT_THAT(refused(ExitCode::usage, "echo one; echo two >&2; echo; exit 3"),
              AllOf(HasSubstr("build of " + first.substr(0, 12) + ": exit code 3 (two)"), log));
  EXPECT_EQ(text_of(place_of(first, ".log")), "one\ntwo\n\n");
  EXPECT_THAT(refused(ExitCode::missing, "no-such-program"),
              AllOf(HasSubstr("no-such-program"), HasSubstr("not found"), log));
  EXPECT_THAT(refused(ExitCode::usage, "touch bench"),  // may not be executed
              AllOf(HasSubstr("found no program 'bench' after it"), log));
  EXPECT_THAT(refused(ExitCode::usage, ""), HasSubstr("neither a preset nor a command"));
  const BuildCommands endless{.command = "sleep 60", .program = "bench"};
  EXPECT_THAT(refusal_of(ExitCode::usage, [&] { build_commit(git(), first, endless, 0.3); }),
              AllOf(HasSubstr("still running after"), log));
  const FileLock other(place_of(first, ".log"));  // another process builds it
  EXPECT_THAT(refused(ExitCode::usage, "true"), HasSubstr("expected to be alone"));
}

TEST_F(BuildTest, AProgramsPathStaysInTheFolderOfTheBuild) {
  const std::string first = commit("my bench", "1");
  const auto with = [](const std::string& program) {
    return BuildCommands{.command = "chmod +x my*", .program = program};
  };
  for (const char* program :
       {"/bin/true", "../bench", "a/../../bench --x", "'/bin/true' x", "A=1 /b"}) {
    EXPECT_THAT(refusal(ExitCode::usage, first, with(program)),
                HasSubstr("found a path that leaves the folder of the build"));
  }
  for (const char* program : {"", " ", "'b", "A=1"}) {
    EXPECT_THAT(refusal(ExitCode::usage, first, with(program)), HasSubstr("program '"));
  }
  EXPECT_FALSE(fs::exists(place_of(first)));
  const std::string path = "'" + place_of(first).string() + "/my bench'";
  EXPECT_EQ(build(first, with("'my bench' \"$x\" y")), path + " \"$x\" y");
  EXPECT_EQ(build(first, with("A='b c' my\\ bench")), "A='b c' " + path);
}

TEST_F(BuildTest, TheWorkingTreeIsBuiltWithItsChangesAndWithoutGitsVariables) {
  commit("a", "1");
  write(top_ / "a", "2");
  setenv("GIT_DIR", "/no/such/folder", 1);
  const auto commands = copying("; git status --short >seen; git rev-parse --show-toplevel >>seen");
  EXPECT_EQ(build_working_tree(git(), commands, kSeconds),
            (top_ / "out" / "bench").string() + " --flag 'a b'");
  EXPECT_EQ(text_of(top_ / "out" / "bench"), "2");
  EXPECT_THAT(text_of(top_ / "seen"), AllOf(HasSubstr(" M a"), HasSubstr(top_.string())));
  build_working_tree(git(), commands, kSeconds);
  EXPECT_EQ(builds(), 2u);
  EXPECT_TRUE(fs::exists(top_ / ".git" / "reprise-gate" / "working-tree.log"));
  git().add_worktree(scratch_.path() / "linked", "HEAD");
  build_working_tree(Git(scratch_.path() / "linked"), commands, kSeconds);
  EXPECT_TRUE(fs::exists(top_ / ".git" / "reprise-gate" / "working-tree-linked.log"));
}

TEST_F(BuildTest, APresetIsConfiguredAndBuilt) {
  if (find_program("cmake").empty() || find_program("ninja").empty()) {
    GTEST_SKIP() << "cmake or ninja is not installed";
  }
  const BuildCommands commands{.preset = "fast one", .program = "out/bench"};
  commit("CMakeLists.txt",
         "cmake_minimum_required(VERSION 3.20)\nproject(x LANGUAGES NONE)\nadd_custom_target(b ALL "
         "COMMAND sh -c \"touch bench; chmod +x bench\" VERBATIM)\n");
  const auto expects = HasSubstr("found no preset 'fast one', expected one");
  const auto refused = [&] { return refusal(ExitCode::missing, "HEAD", commands); };
  EXPECT_THAT(refused(), AllOf(expects, HasSubstr("File not found")));
  const std::string presets = R"({"version":3,"configurePresets":[{"name":"fast one",
      "generator":"Ninja","binaryDir":"${sourceDir}/out"}])";
  commit("CMakePresets.json", presets + "}");
  EXPECT_THAT(refused(), AllOf(expects, HasSubstr("No such build preset")));
  commit("CMakePresets.json", R"({"version":3,"configurePresets":[]})");
  EXPECT_THAT(refused(), AllOf(expects, HasSubstr("No such")));
  const std::string last =
      commit("CMakePresets.json",
             presets + R"(,"buildPresets":[{"name":"fast one","configurePreset":"fast one"}]})");
  EXPECT_EQ(build(last, commands), place_of(last, "/out/bench").string());
}

}  // namespace
}  // namespace reprise::gate
