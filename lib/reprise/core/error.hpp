// The one exception of the library: a user's mistake or a missing thing, as one clear line.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "reprise/core/exit_code.hpp"

namespace reprise {

// `what()` is one line that names the file or flag, what was found and what was expected.
// `exit_code()` is what a program that can do nothing about it should end with.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& line, ExitCode code = ExitCode::usage)
      : std::runtime_error(line), code_(code) {}
  ExitCode exit_code() const { return code_; }

 private:
  ExitCode code_;
};

// `text` from a file or program that may be hostile, fit for one line: control characters, which a
// terminal would obey, and what is no UTF-8 become '?'.
std::string one_line(std::string_view text);

// The same for an error line: at most 200 bytes, cut where a character begins.
std::string printable(std::string_view text);

}  // namespace reprise
