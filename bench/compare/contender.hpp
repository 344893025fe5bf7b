// A contender of a comparison: a program with its flags and environment.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reprise/core/process.hpp"

namespace reprise::compare {

enum class Kind {
  google_benchmark,  // takes Google Benchmark's flags and writes its JSON
  shell,             // a shell command; its wall clock time is the only benchmark
};

struct Contender {
  std::string name;  // in reports: "A", "openmp, 2 threads"
  Kind kind = Kind::google_benchmark;
  Command command;
  std::string text;  // the command as a user would type it
  // What tells it from the other contenders: {"backend", "openmp"}. Empty for a user's command.
  std::map<std::string, std::string> configuration{};
  // A regular expression: only benchmarks whose names it matches belong to the contender, and what
  // it matches is "*" in their names, so that groups of benchmarks of one program are compared. ""
  // means all benchmarks by their own names.
  std::string group{};
};

// The words of a command, split as a shell does, quotes included; empty if a quote is not closed.
std::vector<std::string> shell_words(const std::string& text);
// Whether a shell takes a first word as a variable of the command's environment: "NAME=value".
bool is_assignment(const std::string& word);

// Reads a program and its flags, split into arguments as a shell does, quotes and variables before
// the program included. A text that is the path of a file is that program, with its spaces. Throws
// Error (exit code 2), whose line begins with `flag`, if a quote is not closed or the program does
// not exist or may not be run.
Contender parse_contender(const std::string& text, const std::string& flag);
Contender shell_contender(const std::string& text);

// The word as a shell and shell_words() read it: in quotes if it needs some.
std::string shell_quoted(const std::string& word);

// Throws Error (exit code 2) for those of Google Benchmark's flags that invoke() sets itself: they
// would silently replace the contender's own. `command`: with which the line begins, such as
// "gate".
void refuse_overruled_flags(const Contender& contender, bool with_filter,
                            const std::string& command = "compare");

}  // namespace reprise::compare
