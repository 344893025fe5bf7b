#include "bench/gate/built.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <system_error>

#include "bench/compare/contender.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/core/process.hpp"
#include "reprise/core/read_file.hpp"
#include "reprise/data/json.hpp"

extern char** environ;

namespace reprise::gate {

namespace fs = std::filesystem;

namespace {

// A program's command line: assignments, the program's path in the folder, flags.
struct ProgramLine {
  std::string before, path, after;

  fs::path in(const fs::path& folder) const { return folder / path; }
  std::string text_in(const fs::path& folder) const {
    return before + compare::shell_quoted(in(folder).string()) + after;
  }
};

// Where the word that begins at `at` ends.
std::size_t end_of_word(const std::string& text, std::size_t at) {
  for (char quote = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote == 0 && (c == ' ' || c == '\t')) break;
    if (c == '\\' && quote != '\'') {
      ++at;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    }
  }
  return std::min(at, text.size());
}

ProgramLine parse_program(const std::string& text) {
  const auto refuse = [&](const std::string& found, const std::string& expected) {
    return Error(
        fmt::format("program '{}': found {}, expected {}", printable(text), found, expected));
  };
  if (text.find_first_not_of(" \t") == std::string::npos) {
    throw refuse("nothing", "the path of a program that the build makes");
  }
  if (compare::shell_words(text).empty()) throw refuse("an open quote", "a closing one");
  for (std::size_t begin = 0;;) {
    begin = text.find_first_not_of(" \t", begin);
    if (begin == std::string::npos) throw refuse("assignments only", "a program after them");
    const std::size_t end = end_of_word(text, begin);
    const std::string word = compare::shell_words(text.substr(begin, end - begin)).at(0);
    if (compare::is_assignment(word)) {
      begin = end;
      continue;
    }
    const fs::path path = fs::path(word).lexically_normal();
    if (path.is_absolute() || path.empty() || *path.begin() == "..") {
      throw refuse("a path that leaves the folder of the build", "one in it: 'build/bench'");
    }
    return {text.substr(0, begin), path.string(), text.substr(end)};
  }
}

// What the shell has to run.
std::string script_of(const BuildCommands& build) {
  if (build.preset.empty() && build.command.empty()) {
    throw Error("build: found neither a preset nor a command, expected one of them");
  }
  if (build.preset.empty()) return build.command;
  if (find_program("cmake").empty()) {
    throw Error(fmt::format("preset '{}': found no program cmake, expected one in PATH",
                            printable(build.preset)),
                ExitCode::missing);
  }
  const std::string preset = " --preset=" + compare::shell_quoted(build.preset);
  return "cmake" + preset + " && cmake --build" + preset;
}

// The first line of what a compiler says about its version, or "".
std::string version_of(const char* variable, const char* usual) {
  const char* command = std::getenv(variable);
  auto words = compare::shell_words(command == nullptr || *command == 0 ? usual : command);
  if (words.empty()) return "";
  words.push_back("--version");
  constexpr double kSeconds = 60;
  const std::string text = run_process({words}, kSeconds).standard_output;
  return text.substr(0, text.find('\n'));
}

// What a build depends on beside its commands. Programs of another compiler, or of other flags, may
// differ by more than the commits do.
std::map<std::string, std::string> surroundings() {
  std::map<std::string, std::string> all{{"cc --version", version_of("CC", "cc")},
                                         {"c++ --version", version_of("CXX", "c++")}};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const auto is_name = [&](const char* wanted) { return name == wanted; };
    if (equals == std::string_view::npos) continue;
    if (name.starts_with("CMAKE_") ||
        std::ranges::any_of(
            std::initializer_list<const char*>{"AR", "CC", "CFLAGS", "CPPFLAGS", "CXX", "CXXFLAGS",
                                               "LDFLAGS", "RUSTFLAGS"},
            is_name)) {
      all[std::string(name)] = text.substr(equals + 1);
    }
  }
  return all;
}

// The end of a file of any size, or "".
std::string tail_of(const fs::path& file) {
  constexpr off_t kKept = 65536;
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return "";
  struct stat status {};
  std::string text(kKept, '\0');
  const off_t begin =
      fstat(descriptor, &status) == 0 ? std::max<off_t>(status.st_size - kKept, 0) : 0;
  const ssize_t size = pread(descriptor, text.data(), text.size(), begin);
  close(descriptor);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

struct LogLines {
  std::string last;
  std::string missing_preset;    // cmake's line about it, or ""
  std::string missing_compiler;  // the same
};

LogLines lines_of(const fs::path& log) {
  LogLines lines;
  std::istringstream in(tail_of(log));
  for (std::string line; std::getline(in, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    // "No such preset", "No such configure preset", "No such build preset", or no file of presets;
    // since cmake 4 the reason stands in a line of its own
    const bool no_file = line.find("File not found") != std::string::npos;
    const bool no_presets = line.starts_with("CMake Error: Could not read presets") ||
                            lines.last.starts_with("CMake Error: Could not read presets");
    if ((line.starts_with("CMake Error: No such ") &&
         line.find("preset in ") != std::string::npos) ||
        (no_file && no_presets)) {
      lines.missing_preset = printable(line);
    }
    // "No CMAKE_CXX_COMPILER could be found."
    if (line.find("No CMAKE_") != std::string::npos &&
        line.find("COMPILER could be found") != std::string::npos) {
      lines.missing_compiler = printable(line);
    }
    lines.last = printable(line);
  }
  return lines;
}

struct Place {
  std::string name;  // for errors
  fs::path folder;   // in which the commands run
  fs::path log;
};

// Runs the build and throws unless it leaves the program.
void run_build(const Place& place, const BuildCommands& build, const ProgramLine& program,
               double timeout) {
  // a build writes more than a process may leave in the memory: the shell redirects it to the log
  const Command command{without_git_variables(
      {"/bin/sh", "-c", R"(cd -- "$1" && exec >"$2" 2>&1 && exec /bin/sh -c "$3")", "sh",
       place.folder.string(), place.log.string(), script_of(build)})};
  std::error_code none;
  fs::remove(place.log, none);
  const ProcessResult done = run_process(command, timeout);
  const LogLines lines = lines_of(place.log);
  const std::string log = one_line(place.log.string());
  if (!build.preset.empty() && done.exit_code > 0 && !lines.missing_preset.empty()) {
    throw Error(
        fmt::format("build of {}: found no preset '{}', expected one for cmake --preset and "
                    "cmake --build ({}); see {}",
                    place.name, printable(build.preset), lines.missing_preset, log),
        ExitCode::missing);
  }
  if (!done.succeeded()) {
    // 127: the shell did not find a command
    const bool missing = !done.started || done.exit_code == 127 || !lines.missing_compiler.empty();
    const std::string& last = lines.missing_compiler.empty() ? lines.last : lines.missing_compiler;
    throw Error(fmt::format("build of {}: {}{}; see {}", place.name, done.problem(),
                            last.empty() ? "" : " (" + last + ")", log),
                missing ? ExitCode::missing : ExitCode::usage);
  }
  if (!find_program(program.in(place.folder).string()).empty()) return;
  throw Error(fmt::format("build of {}: found no program '{}' after it, expected one in {}; see {}",
                          place.name, printable(program.path), one_line(place.folder.string()),
                          log));
}

// The folder of worktrees, logs and marks.
fs::path gate_folder(const Git& git) {
  const fs::path folder = git.common_folder() / "reprise-gate";
  require_writable_folder(folder);
  return folder;
}

// What the mark beside a worktree contains.
struct Marks {
  std::string begun, finished;
};

// Worktrees do not survive that the repository is moved: they, and what cmake writes, name their
// folder.
Marks marks_of(const Place& place, const std::string& commit, const BuildCommands& build) {
  nlohmann::json mark{{"schema", "reprise/build/1"},
                      {"folder", place.folder.string()},
                      {"commit", commit},
                      {"preset", build.preset},
                      {"command", build.command},
                      {"surroundings", surroundings()},
                      {"state", "begun"}};
  Marks marks{json_text(mark) + "\n", {}};
  mark["state"] = "finished";
  marks.finished = json_text(mark) + "\n";
  return marks;
}

// The file's text, or "" for a file that is missing or no mark of ours.
std::string text_of(const fs::path& mark) {
  constexpr std::uintmax_t kMostBytes = 1 << 20;
  try {
    return read_file(mark, kMostBytes);
  } catch (const Error&) {
    return "";
  }
}

void write_mark(const fs::path& mark, const std::string& text) {
  write_file(mark, [&](std::ostream& out) { out << text; });
}

void remove_folder(const fs::path& folder) {
  std::error_code failed;
  fs::remove_all(folder, failed);
  if (!failed) return;
  throw Error(fmt::format("{}: cannot be removed for another build: {}", one_line(folder.string()),
                          failed.message()));
}

// "working-tree", and in a linked worktree also its name, which the common folder has once.
std::string name_of_working_tree(const fs::path& top) {
  if (fs::is_directory(top / ".git")) return "working-tree";
  constexpr std::uintmax_t kMostBytes = 8192;
  std::string git_folder = read_file(top / ".git", kMostBytes);  // "gitdir: FOLDER"
  if (git_folder.ends_with('\n')) git_folder.pop_back();
  return "working-tree-" + fs::path(git_folder).filename().string();
}

}  // namespace

std::string build_commit(const Git& git, const std::string& commit, const BuildCommands& build,
                         double timeout) {
  const ProgramLine program = parse_program(build.program);
  script_of(build);  // throws before anything is checked out
  const std::string all_digits = git.commit(commit), digits = all_digits.substr(0, 12);
  const fs::path folder = gate_folder(git), mark = folder / (digits + ".json");
  const Place place{digits, folder / digits, folder / (digits + ".log")};
  const FileLock alone(place.log);
  const auto [begun, finished] = marks_of(place, all_digits, build);
  const std::string found = text_of(mark);
  if (found == finished && !find_program(program.in(place.folder).string()).empty()) {
    return program.text_in(place.folder);
  }
  if (found != finished && found != begun) remove_folder(place.folder);
  write_mark(mark, begun);
  git.add_worktree(place.folder, all_digits);
  run_build(place, build, program, timeout);
  write_mark(mark, finished);
  return program.text_in(place.folder);
}

std::string build_working_tree(const Git& git, const BuildCommands& build, double timeout) {
  const ProgramLine program = parse_program(build.program);
  const Place place{"the working tree", git.top(),
                    gate_folder(git) / (name_of_working_tree(git.top()) + ".log")};
  const FileLock alone(place.log);
  run_build(place, build, program, timeout);
  return program.text_in(place.folder);
}

}  // namespace reprise::gate
