// Runs a program as a child process, with a timeout and a limit on its output. There is no other
// way in which the suite starts one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace reprise {

struct Command {
  std::vector<std::string> arguments;                              // the program comes first
  std::vector<std::pair<std::string, std::string>> environment{};  // added to this process's
  std::string input{};  // on its standard input, which is empty otherwise
};

struct ProcessResult {
  bool started = false;
  bool timed_out = false;
  bool wrote_too_much = false;  // more than 256 MB of output
  int exit_code = -1;           // -1 if it did not exit
  int signal = 0;               // the signal that ended it, or 0
  double seconds = 0;           // wall clock of fork, and from exec to the end
  double cpu_seconds = 0;
  std::string standard_output, standard_error;  // the last `kept` bytes of each

  bool succeeded() const {
    return started && !timed_out && !wrote_too_much && signal == 0 && exit_code == 0;
  }
  // "", or what went wrong: "exit code 3 (last line of standard error)", "crashed: Segmentation
  // fault", "still running after 20 s: killed".
  std::string problem() const;
};

// More than a program can write here before it is killed.
inline constexpr std::size_t kWholeOutput = std::size_t{1} << 40;

// Runs the command to its end in a process group of its own. The group is killed when the program
// ends, after `timeout` seconds, after 256 MB of output, and when this process ends, however that
// happens; the program itself also when the calling thread ends. Keeps the last `kept` bytes of
// each output. Throws Error only if no process can be created (exit code 3), or if the files for
// its input and output cannot be made.
ProcessResult run_process(const Command& command, double timeout, std::size_t kept = 65536);

// The program's file, found as a shell finds it, or an empty path.
std::filesystem::path find_program(const std::string& name);

}  // namespace reprise
