// What the harnesses share. A harness is one file: it defines LLVMFuzzerTestOneInput, which gives
// any bytes to one reader. libFuzzer calls it (tools/fuzz), and so does replay_main.cpp (ctest).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "reprise/core/error.hpp"

// Every file of a corpus has to be accepted by a reader of its harness: changed copies of a file
// that is refused at once test nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace reprise::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the program unless the text is one line that is safe to print.
void require_one_line(std::string_view line);

// A file with these bytes for readers that have no other entry. There is one file in memory, which
// is overwritten each time. `suffix` is the end of its name.
const std::filesystem::path& file_of(const std::uint8_t* data, std::size_t size,
                                     std::string_view suffix = "");

// How many readers have accepted their input since the program began.
inline int accepted = 0;

// Calls a reader, which may refuse its input by an Error of one line. Anything else that it throws
// ends the program: a finding.
template <class Reader>
void accept_or_refuse(Reader&& read) {
  try {
    read();
    ++accepted;
  } catch (const Error& error) {
    require_one_line(error.what());
  }
}

}  // namespace reprise::fuzz
