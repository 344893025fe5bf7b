// The library's exception: a mistake of the user or a missing prerequisite, described in one line.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "reprise/core/exit_code.hpp"

namespace reprise {

// `what()` is one line that names the file or flag, what was found and what was expected.
// `exit_code()` is the exit code for a program that cannot handle the error.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& line, ExitCode code = ExitCode::usage)
      : std::runtime_error(line), code_(code) {}
  ExitCode exit_code() const { return code_; }

 private:
  ExitCode code_;
};

// Makes untrusted `text` safe to print in one line: control characters, which a terminal would
// obey, and invalid UTF-8 become '?'.
std::string one_line(std::string_view text);

// The same for error messages: at most 200 bytes, cut at a character boundary.
std::string printable(std::string_view text);

}  // namespace reprise
