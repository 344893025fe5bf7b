#include "bench/compare/subject.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string_view>

#include "reprise/core/error.hpp"
#include "reprise/core/process.hpp"

namespace reprise::compare {

namespace {

// The first bytes of a regular file.
std::string beginning_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(4096, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return bytes;
}

bool begins_as_program(std::string_view bytes) {
  return bytes.starts_with(
             "\x7f"
             "ELF") ||
         bytes.starts_with("#!");
}

// A list or an object, perhaps after a byte order mark; UTF-16 is refused by the reader.
bool begins_as_json(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) return true;
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  const auto first = bytes.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || bytes[first] == '{' || bytes[first] == '[';
}

}  // namespace

bool is_result_file(const std::string& subject) {
  struct stat status {};
  if (stat(subject.c_str(), &status) != 0) {
    // a name that cannot be a command is a file that is missing
    return subject.ends_with(".json") && subject.find(' ') == std::string::npos &&
           find_program(subject).empty();
  }
  if (S_ISFIFO(status.st_mode)) return true;
  if (!S_ISREG(status.st_mode)) return false;
  const bool runnable = !find_program(subject).empty();
  const std::string bytes = beginning_of(subject);
  if (begins_as_program(bytes)) return false;
  // a program may be executed without being readable
  if (bytes.empty() && status.st_size > 0) return !runnable;
  if (begins_as_json(bytes) || !runnable || subject.ends_with(".json")) return true;
  if (bytes.find('\0') != std::string::npos) return false;
  // found in PATH although a file of its name lies here
  if (subject.find('/') == std::string::npos) return false;
  throw Error(fmt::format(
      "compare: found '{}', a text that is neither a result file (it does not begin with {{) nor a "
      "program (it does not begin with #!)",
      printable(subject)));
}

}  // namespace reprise::compare
