// Programs that are built from commits, each in a worktree of its own.
#pragma once

#include <filesystem>
#include <string>

#include "bench/gate/git.hpp"

namespace reprise::gate {

struct BuildCommands {
  std::string preset{};   // "release": cmake --preset release && cmake --build --preset release
  std::string command{};  // or any shell command, which runs in the top folder of the worktree
  std::string program;    // with its flags; the first word is a path in the worktree
};

// Builds the commit in <.git>/reprise-gate/<first 12 digits> and returns the program's command line
// with its absolute path. A worktree whose build was finished with the same commands, compiler and
// compiler flags is used as it is; one that was begun with them is continued, and any other is made
// anew, so that no file of another build passes for one of this build. The mark that tells is the
// file <first 12 digits>.json beside the worktree. Only one process builds a commit: another is
// refused. The build's output goes to <first 12 digits>.log, which the error names. Throws Error:
// exit code 3 if the preset or the command is missing, exit code 2 if the build fails, runs longer
// than `timeout` seconds or leaves no program, or if the program's path leaves the worktree.
std::string build_commit(const Git& git, const std::string& commit, const BuildCommands& build,
                         double timeout);
// Builds the working tree as it is, changed files included, in its own folder and every time: the
// build itself knows what has changed. The output goes to <.git>/reprise-gate/working-tree.log.
std::string build_working_tree(const Git& git, const BuildCommands& build, double timeout);

}  // namespace reprise::gate
