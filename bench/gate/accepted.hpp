// Slowdowns that a project accepts on purpose: the committed file `.reprise/accepted.json`.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace reprise::gate {

inline constexpr const char* kAcceptedFile = ".reprise/accepted.json";

struct Accepted {
  std::string commit;     // that made the benchmark slower; 40 or 64 digits
  std::string benchmark;  // as the gate's reports call it
  double factor = 1;      // HEAD's time divided by BASE's as it was measured
  std::string why;
};

// The entries of a file; none if there is no file. Throws Error (exit code 2) that begins with the
// file's name if it is anything else than write_accepted() writes.
std::vector<Accepted> read_accepted(const std::filesystem::path& file);
// The same for the text of a file that errors call `name`: a commit's, which Git::text_of returns.
std::vector<Accepted> parse_accepted(const std::string& text, const std::string& name);
// Writes the entries, sorted by benchmark and commit, one a line, so that lines of two branches
// merge. The folder is made if it is missing. Throws Error (exit code 2) for entries that
// read_accepted() would refuse; the file is then what it was.
void write_accepted(const std::filesystem::path& file, std::vector<Accepted> entries);

// The entry that allows a slowdown of at least `least`, or null: its benchmark is this one,
// `in_range` says that its commit lies in BASE..HEAD, and `least` is at most its factor times 1 +
// margin. `least` is the lower bound of what was measured: another measurement of the same slowdown
// is larger than the first one half of the time, on a busy machine much larger. Among several the
// one with the largest factor counts.
const Accepted* find_accepted(const std::vector<Accepted>& entries, const std::string& benchmark,
                              double least, double margin,
                              const std::function<bool(const std::string& commit)>& in_range);

}  // namespace reprise::gate
