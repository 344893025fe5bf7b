// run_process: how a child process ends, and what is kept of its output.
#include "reprise/core/process.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>
#include <vector>

#include "reprise/core/on_signal.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;

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

// Starts a process that runs a child and a grandchild, and ends it with `signal`. Both hold the
// pipe's end for writing, so that its end for reading ends with them.
void expect_all_ended_by(int signal, const char* command) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    close(ends[0]);
    std::signal(SIGTERM, SIG_DFL);
    remove_temporary_files_on_signals();
    run_process({{"/bin/sh", "-c", command}}, 60);
    _exit(0);
  }
  close(ends[1]);
  char byte = 0;
  ASSERT_EQ(read(ends[0], &byte, 1), 1);  // the command writes it when it runs
  kill(parent, signal);
  EXPECT_EQ(read(ends[0], &byte, 1), 0);
  close(ends[0]);
  int status = 0;
  waitpid(parent, &status, 0);
}

TEST(Process, EndsWithTheProcessThatStartedIt) {
  int free = dup(0);  // the number that the pipe's end for reading will have
  close(free);
  const std::string write_end = std::to_string(free + 1);
  expect_all_ended_by(SIGKILL, ("echo >&" + write_end + "; exec sleep 60").c_str());
  expect_all_ended_by(SIGTERM, ("echo >&" + write_end + "; sleep 60 & sleep 60; true").c_str());
}

}  // namespace
}  // namespace reprise
