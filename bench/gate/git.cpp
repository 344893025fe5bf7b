#include "bench/gate/git.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "reprise/core/error.hpp"
#include "reprise/core/process.hpp"

namespace reprise::gate {

namespace fs = std::filesystem;

namespace {

// A checkout of a large repository, or the clone of a submodule, takes minutes.
constexpr double kSeconds = 3600;

// Nothing asks: not git for a password, nor ssh for a passphrase or an unknown host. No index is
// refreshed on the disk, and messages are the English ones that are read below.
const std::vector<std::pair<std::string, std::string>> kEnvironment{
    {"GIT_TERMINAL_PROMPT", "0"},
    {"GIT_ASKPASS", "/bin/false"},
    {"SSH_ASKPASS", "/bin/false"},
    {"SSH_ASKPASS_REQUIRE", "force"},
    {"GIT_OPTIONAL_LOCKS", "0"},
    {"GIT_PAGER", "cat"},
    {"LC_ALL", "C"}};

ProcessResult run_git(const fs::path& folder, const std::vector<std::string>& arguments) {
  // a hook such as post-checkout is the user's, and belongs to the user's own checkouts
  Command command{{"git", "-C", folder.string(), "-c", "core.hooksPath=/dev/null"}, kEnvironment};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.arguments = without_git_variables(std::move(command.arguments));
  ProcessResult done = run_process(command, kSeconds, kWholeOutput);
  if (!done.started)
    throw Error("env: found no such program, expected coreutils", ExitCode::missing);
  return done;
}

// What git says about its failure: advice may follow the line that names it.
std::string failure_of(const ProcessResult& done) {
  std::istringstream in(done.standard_error);
  for (std::string line; std::getline(in, line);) {
    for (const std::string_view begin : {"fatal: ", "error: "}) {
      if (line.starts_with(begin)) return printable(line.substr(begin.size()));
    }
  }
  return done.problem();
}

std::string without_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

// Whether the text is the whole name of an object, in SHA-1 or SHA-256.
bool is_object_name(const std::string& text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// An object's name in full, or "" if `revision` names none.
std::string object_of(const fs::path& top, const std::string& revision, std::string& message) {
  const ProcessResult done = run_git(top, {"rev-parse", "--verify", revision});
  message = done.standard_error;
  const std::string name = without_newline(done.standard_output);
  return done.succeeded() && is_object_name(name) ? name : "";  // "^main" succeeds with "^0123..."
}

Error lacks_history(const std::string& named) {
  return Error(
      fmt::format("{}: found no such commit in a shallow clone, expected the whole history: git "
                  "fetch --unshallow (fetch-depth: 0 in GitHub's actions/checkout)",
                  named),
      ExitCode::missing);
}

// Whether a folder is the top of a worktree in which all files are the commit's. Git writes the
// index after the last file: without it every file counts as changed.
bool is_whole_checkout(const fs::path& folder, const std::string& commit) {
  std::error_code failed;
  const fs::path real = fs::canonical(folder, failed);
  if (failed) return false;
  const ProcessResult head = run_git(real, {"rev-parse", "--show-toplevel", "HEAD"});
  // in a folder without .git, git finds the repository around it
  if (!head.succeeded() || head.standard_output != real.string() + "\n" + commit + "\n")
    return false;
  const ProcessResult changes =
      run_git(real, {"status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all"});
  return changes.succeeded() && changes.standard_output.empty();
}

bool lies_in(const fs::path& inner, const fs::path& outer) {
  const fs::path below = fs::weakly_canonical(inner).lexically_relative(fs::canonical(outer));
  return !below.empty() && *below.begin() != "." && *below.begin() != "..";
}

// Makes place for a worktree.
void remove_remains(const fs::path& folder, const fs::path& common_folder) {
  std::error_code failed;
  if (!fs::exists(folder, failed)) return;
  if (!lies_in(folder, common_folder)) {
    if (fs::is_directory(folder, failed) && fs::is_empty(folder, failed)) return;
    throw Error(fmt::format("{}: found files, expected an empty or no folder for a worktree",
                            one_line(folder.string())));
  }
  fs::remove_all(folder, failed);
  if (failed) {
    throw Error(fmt::format("{}: cannot be removed for a new worktree: {}",
                            one_line(folder.string()), failed.message()));
  }
}

}  // namespace

std::vector<std::string> without_git_variables(std::vector<std::string> arguments) {
  // those of `git rev-parse --local-env-vars`, except for the user's settings (git -c name=value)
  std::vector<std::string> all{"env"};
  for (const char* name :
       {"GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE",
        "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_GRAFT_FILE",
        "GIT_SHALLOW_FILE", "GIT_NAMESPACE", "GIT_INTERNAL_SUPER_PREFIX"}) {
    all.insert(all.end(), {"-u", name});
  }
  all.insert(all.end(), std::make_move_iterator(arguments.begin()),
             std::make_move_iterator(arguments.end()));
  return all;
}

Git::Git(const fs::path& folder) {
  if (find_program("git").empty()) {
    throw Error("git: found no such program, expected one in PATH", ExitCode::missing);
  }
  const ProcessResult done = run_git(folder, {"rev-parse", "--show-toplevel"});
  top_ = without_newline(done.standard_output);
  if (done.succeeded() && !top_.empty()) return;
  // git refuses the folders of other users, which are common in containers
  const bool of_other_user = done.standard_error.find("safe.directory") != std::string::npos;
  throw Error(fmt::format("{}: found no working tree of git, expected one around it ({}{})",
                          one_line(folder.string()), failure_of(done),
                          of_other_user ? "; see safe.directory in git config --help" : ""),
              ExitCode::missing);
}

std::string Git::run(const std::vector<std::string>& arguments) const {
  ProcessResult done = run_git(top_, arguments);
  if (!done.succeeded()) {
    throw Error(fmt::format("git {} in {}: {}", arguments.front(), one_line(top_.string()),
                            failure_of(done)));
  }
  return std::move(done.standard_output);
}

fs::path Git::common_folder() const {
  // a relative path begins at the top; --path-format=absolute is unknown before git 2.31
  return fs::canonical(top_ / without_newline(run({"rev-parse", "--git-common-dir"})));
}

std::string Git::commit(const std::string& ref) const {
  const std::string named = "'" + printable(ref) + "'";
  const auto refuse = [&](const std::string& found) {
    return Error(fmt::format("{}: found {}, expected a branch, a tag or a commit of {}", named,
                             found, one_line(top_.string())));
  };
  if (ref.empty()) throw refuse("an empty name");
  // for git it would be an option; no branch or tag begins so
  if (ref.starts_with('-')) throw refuse("a name that begins with '-'");
  std::string message, ignored;
  // ":/text" takes all that follows for its text: ^{commit} needs a name of its own
  const std::string object = object_of(top_, ref, message);
  if (!object.empty()) {
    if (const auto found = object_of(top_, object + "^{commit}", ignored); !found.empty()) {
      return found;
    }
    if (run_git(top_, {"cat-file", "-e", object}).succeeded()) throw refuse("no commit");
  }
  if (message.find("is ambiguous") != std::string::npos) throw refuse("several objects");
  if (is_shallow()) throw lacks_history(named);
  throw refuse("no such commit");
}

std::string Git::merge_base(const std::string& a, const std::string& b) const {
  const std::string of_a = commit(a), of_b = commit(b);
  const ProcessResult done = run_git(top_, {"merge-base", of_a, of_b});
  if (done.succeeded()) return without_newline(done.standard_output);
  const std::string named =
      fmt::format("the merge base of '{}' and '{}'", printable(a), printable(b));
  if (done.exit_code != 1) throw Error(fmt::format("{}: {}", named, failure_of(done)));
  if (is_shallow()) throw lacks_history(named);
  throw Error(fmt::format("{}: found no commit that both have, expected one history", named));
}

std::vector<std::string> Git::commits_between(const std::string& base,
                                              const std::string& head) const {
  const std::string of_base = commit(base), of_head = commit(head);
  // without their common commit, commits of `base` that the clone lacks would count as `head`'s
  if (is_shallow()) merge_base(base, head);
  std::istringstream in(run({"rev-list", of_head, "^" + of_base, "--"}));
  std::vector<std::string> commits;
  for (std::string line; std::getline(in, line);) commits.push_back(line);
  return commits;
}

bool Git::is_dirty() const {
  return !run({"status", "--porcelain", "--untracked-files=no", "--ignore-submodules=untracked"})
              .empty();
}

bool Git::is_shallow() const {
  return without_newline(run({"rev-parse", "--is-shallow-repository"})) == "true";
}

std::string Git::text_of(const std::string& commit, const std::string& path) const {
  // "100644 blob 0123...<tab>path" and a NUL, or nothing; a folder is a tree
  const std::string entry = run({"ls-tree", "-z", "--full-tree", this->commit(commit), "--", path});
  std::istringstream in(entry);
  std::string mode, type, object;
  in >> mode >> type >> object;
  return type == "blob" ? run({"cat-file", "blob", object}) : "";
}

void Git::add_worktree(const fs::path& folder, const std::string& commit) const {
  const std::string whole_name = this->commit(commit);
  const fs::path place = fs::absolute(folder);
  if (!is_whole_checkout(place, whole_name)) {
    remove_remains(place, common_folder());
    // twice --force: git may still know, and have locked, a worktree that was in this place
    run({"worktree", "add", "--force", "--force", "--detach", place.string(), whole_name});
  }
  if (!fs::exists(place / ".gitmodules")) return;
  const ProcessResult done =
      run_git(place, {"submodule", "--quiet", "update", "--init", "--recursive"});
  if (done.succeeded()) return;
  throw Error(fmt::format("the submodules of {}: {}", whole_name.substr(0, 12), failure_of(done)));
}

}  // namespace reprise::gate
