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

// `text` from a file that may be hostile, fit for an error line: at most 200 characters, no control
// characters.
inline std::string printable(std::string_view text) {
  std::string out(text.substr(0, 200));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

}  // namespace reprise
