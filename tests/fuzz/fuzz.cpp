#include "tests/fuzz/fuzz.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace reprise::fuzz {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "fuzz: %s\n", why.c_str());
  std::abort();
}

// A folder in memory where the system has one, which is removed at the end of the program.
class Folder {
 public:
  Folder() {
    const fs::path memory = "/dev/shm";
    std::string name =
        ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "reprise-fuzz-XXXXXX")
            .string();
    if (mkdtemp(name.data()) == nullptr) give_up("no folder can be made for the input's file");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

void require_one_line(std::string_view line) {
  if (line.empty() || one_line(line) != line) {
    give_up("found the message '" + one_line(line) + "', expected one printable line");
  }
}

const fs::path& file_of(const std::uint8_t* data, std::size_t size, std::string_view suffix) {
  static const Folder folder;
  static const fs::path file = folder.path() / ("input" + std::string(suffix));
  static const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0 || ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, data, size, 0) != static_cast<ssize_t>(size)) {
    give_up("the input's file cannot be written");
  }
  return file;
}

}  // namespace reprise::fuzz
