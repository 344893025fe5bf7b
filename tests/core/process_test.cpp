// run_process: how a child process ends, and what is kept of its output.
#include "reprise/core/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "reprise/core/on_signal.hpp"
#include "tests/core/refuse_call.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;

// Whether the last writer of the pipe ends soon; what it has written is skipped.
bool ended(int pipe) {
  char bytes[256];
  while (true) {
    pollfd waiting{pipe, POLLIN, 0};
    if (poll(&waiting, 1, 30000) <= 0) return false;
    if (read(pipe, bytes, sizeof bytes) == 0) return true;
  }
}

TEST(Process, DescribesCrashesHangsAndExitCodes) {
  const auto run = [](const std::string& command, double timeout) {
    return run_process({{"/bin/sh", "-c", command}}, timeout);
  };
  EXPECT_TRUE(run("true", 10).succeeded());
  EXPECT_EQ(run("echo no >&2; exit 3", 10).problem(), "exit code 3 (no)");
  EXPECT_THAT(run("kill -SEGV $$", 10).problem(), HasSubstr("crashed: Segmentation fault"));
  EXPECT_THAT(run("sleep 60", 0.2).problem(), HasSubstr("still running after"));
  EXPECT_THAT(run_process({{"/no/such/program"}}, 1).problem(), HasSubstr("not found"));
}

TEST(Process, PassesItsInputAndKeepsTheEndOrTheWholeOfTheOutput) {
  const std::string text(300000, 'x');
  const Command cat{{"cat"}, {}, text + "end"};
  EXPECT_EQ(run_process(cat, 10).standard_output, text.substr(0, 65536 - 3) + "end");
  EXPECT_EQ(run_process(cat, 10, kWholeOutput).standard_output, text + "end");
  EXPECT_EQ(run_process({{"cat"}}, 10).standard_output, "");  // no input is an empty one
}

TEST(Process, ThreadsMayRunProcessesAtTheSameTime) {
  std::atomic<int> right = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&right, t] {
      const std::string text = std::to_string(t);
      if (run_process({{"cat"}, {}, text}, 60).standard_output == text) ++right;
    });
  }
  threads.clear();
  EXPECT_EQ(right, 8);
}

// How many files without a name a program has open: those for input, output and errors.
std::string nameless_files() {
  const Command list{{"/bin/sh", "-c", "readlink /proc/$$/fd/* | grep -c '(deleted)'"}, {}, "text"};
  return run_process(list, 60).standard_output;
}

TEST(Process, HandsOnNoOtherFile) { EXPECT_EQ(nameless_files(), "3\n"); }

// The files for input and output are in memory, or in /tmp where that cannot be had.
TEST(Process, NeedsNoFolderForTemporaryFiles) {
  const Command list{{"/bin/sh", "-c", "readlink /proc/$$/fd/* | grep -c memfd"}, {}, "text"};
  EXPECT_EQ(run_process(list, 60).standard_output, "3\n");
}

TEST(ProcessDeathTest, DoesWithoutCallsThatAKernelRefuses) {
  const auto run = [](int call, int error) {
    if (!testing::refuse_call(call, error)) _exit(77);
    const bool right =
        nameless_files() == "3\n" &&
        run_process({{"/bin/sh", "-c", "cat; exit 3"}, {}, "text"}, 60).standard_output == "text" &&
        run_process({{"/bin/sh", "-c", "exit 3"}}, 60).exit_code == 3 &&
        run_process({{"sleep", "600"}}, .1).timed_out;
    _exit(right ? 0 : 1);
  };
  // 77: no system call can be refused here
  const auto exited_well = [](int status) {
    return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
  };
  for (const int call : {SYS_pidfd_open, SYS_memfd_create, SYS_close_range}) {
    for (const int error : {ENOSYS, EPERM}) {
      EXPECT_EXIT(run(call, error), exited_well, "") << call;
    }
  }
}

TEST(Process, EndsTheGroupAndLeavesNoChild) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string start =
      "sleep 600 >/proc/self/fd/" + std::to_string(ends[1]) + " & echo started";
  EXPECT_EQ(run_process({{"/bin/sh", "-c", start}}, 60).standard_output, "started\n");
  close(ends[1]);
  EXPECT_TRUE(ended(ends[0]));
  close(ends[0]);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

// The program and the guard of its group: the program starts when it is guarded.
TEST(Process, IsGuardedFromItsStart) {
  const char* group =
      "for p in /proc/[0-9]*; do read -r pid name state parent group rest <$p/stat && "
      "[ \"$group\" = $$ ] && echo; done 2>/dev/null";
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(run_process({{"/bin/sh", "-c", group}}, 60).standard_output, "\n\n");
  }
}

TEST(Process, SurvivesASignalThatItSendsToItsGroup) {
  const char* signals = "trap '' TERM HUP INT; kill -TERM 0; kill -INT 0; sleep .1; echo alive";
  EXPECT_EQ(run_process({{"/bin/sh", "-c", signals}}, 60).standard_output, "alive\n");
}

// Starts a process whose threads run children and grandchildren, and ends it with `signal`. All
// hold the pipe's end for writing, so that its end for reading ends with them.
void expect_all_ended_by(int signal, int threads, const std::string& command) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    close(ends[0]);
    std::signal(SIGTERM, SIG_DFL);
    remove_temporary_files_on_signals();
    const Command shell{
        {"/bin/sh", "-c", "exec >/proc/self/fd/" + std::to_string(ends[1]) + "; " + command}};
    std::vector<std::jthread> all;
    for (int i = 1; i < threads; ++i) {
      all.emplace_back([&] {
        while (true) run_process(shell, .01);
      });
    }
    run_process(shell, 600);
    _exit(0);
  }
  close(ends[1]);
  char byte = 0;
  ASSERT_EQ(read(ends[0], &byte, 1), 1);  // the command writes it when it runs
  kill(parent, signal);
  EXPECT_TRUE(ended(ends[0])) << command;
  close(ends[0]);
  int status = 0;
  waitpid(parent, &status, 0);
}

TEST(Process, EndsWithTheProcessThatStartedIt) {
  for (const int signal : {SIGKILL, SIGTERM}) {
    expect_all_ended_by(signal, 1, "echo; exec sleep 600");
    expect_all_ended_by(signal, 1, "echo; sleep 600; true");
    expect_all_ended_by(signal, 1, "echo; sleep 600 & sleep 600; true");
    for (int i = 0; i < 5; ++i) expect_all_ended_by(signal, 4, "echo; sleep 600 & sleep 600; true");
  }
}

}  // namespace
}  // namespace reprise
