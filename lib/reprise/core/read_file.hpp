// How the suite reads files that others may have made: never more than a limit, never for ever.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace reprise {

// Throws Error (exit code 2) that names the file unless it is a regular file that can be read: to
// open a pipe would wait for a writer, and a device may never end.
void require_regular_file(const std::filesystem::path& file);

// Returns the bytes of a regular file. Throws Error (exit code 2) that names the file if it is
// something else, cannot be read, or is larger than `most_bytes`.
std::string read_file(const std::filesystem::path& file, std::uintmax_t most_bytes);

// The same for a regular file or a pipe, such as a shell's <(command). Also throws Error if a pipe
// brings neither bytes nor its end for `seconds`, or is not at its end after an hour.
std::string read_file_or_pipe(const std::filesystem::path& file, std::uintmax_t most_bytes,
                              double seconds);

}  // namespace reprise
