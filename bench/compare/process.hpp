// A program from outside: started, watched, ended.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace reprise::compare {

struct Command {
  std::vector<std::string> arguments;                              // the program first
  std::vector<std::pair<std::string, std::string>> environment{};  // set on top of ours
};

struct ProcessResult {
  bool started = false;
  bool timed_out = false;
  bool wrote_too_much = false;  // more than 256 MB of output
  int exit_code = -1;           // or -1
  int signal = 0;               // that ended it, or 0
  double seconds = 0;           // wall clock, from before fork to its end
  double cpu_seconds = 0;
  std::string standard_output, standard_error;  // the last 64 KiB of each

  bool succeeded() const {
    return started && !timed_out && !wrote_too_much && signal == 0 && exit_code == 0;
  }
  // "", or what went wrong: "exit code 3 (its last line)", "crashed: Segmentation fault", "still
  // running after 20 s: ended".
  std::string problem() const;
};

// Runs it to its end, in a process group of its own; after `timeout` seconds, or 256 MB of output,
// the group is killed.
// It dies with us, and its whole group where a signal ends us. Throws Error only where no process
// can be made at all.
ProcessResult run_process(const Command& command, double timeout);

// The program's file as a shell would find it, or an empty path.
std::filesystem::path find_program(const std::string& name);

}  // namespace reprise::compare
