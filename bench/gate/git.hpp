// The git commands that the gate needs. Nothing here changes the user's working tree or branches,
// runs the repository's hooks or asks for a password.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace reprise::gate {

// `arguments` as a command without the variables by which git tells its hooks and commands which
// repository they serve (GIT_DIR, GIT_INDEX_FILE). A process that works on another folder must not
// inherit them.
std::vector<std::string> without_git_variables(std::vector<std::string> arguments);

// A repository, found from `folder` upwards. Every function throws Error in one line that names the
// ref or the command: exit code 3 if git is missing, if `folder` lies in no repository or if a
// shallow clone lacks the commits that are needed (the line then names `git fetch --unshallow`);
// exit code 2 if a ref names no commit.
class Git {
 public:
  explicit Git(const std::filesystem::path& folder);

  const std::filesystem::path& top() const { return top_; }  // of the working tree
  std::filesystem::path common_folder() const;               // .git, also in a worktree
  std::string commit(const std::string& ref) const;          // all digits of the commit
  std::string merge_base(const std::string& a, const std::string& b) const;
  // The commits that `head` has and `base` has not, newest first.
  std::vector<std::string> commits_between(const std::string& base, const std::string& head) const;
  bool is_dirty() const;  // tracked files differ from the commit that is checked out
  bool is_shallow() const;
  // A file's text as the commit has it; "" if it has none. `path` begins at the top folder.
  std::string text_of(const std::string& commit, const std::string& path) const;
  // Checks the commit out into `folder`, without a branch, and with its submodules if it has any.
  // Leaves a whole checkout of this commit as it is. Anything else is removed first if the folder
  // lies in common_folder(), such as what a killed process left; elsewhere an Error refuses it.
  void add_worktree(const std::filesystem::path& folder, const std::string& commit) const;

 private:
  // The standard output, which is whole. Throws Error if the command fails.
  std::string run(const std::vector<std::string>& arguments) const;
  std::filesystem::path top_;
};

}  // namespace reprise::gate
