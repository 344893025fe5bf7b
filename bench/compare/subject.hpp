// What a subject of `reprise compare` is: known by what it contains, not by its name or its
// permissions.
#pragma once

#include <string>

namespace reprise::compare {

// Whether the subject is a result file, existing or not, and not a program with its flags. A text
// that begins as JSON does and a pipe are result files; what begins as an ELF file or with #! is a
// program. Of other files those that may be executed and have zero bytes are left to the system
// as programs (an emulator may run them). Throws Error (exit code 2) for a file that is neither.
bool is_result_file(const std::string& subject);

}  // namespace reprise::compare
