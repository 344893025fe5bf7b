#include "reprise/kernels/blas/find.hpp"

#include <fcntl.h>
#include <glob.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <mutex>

namespace reprise {

namespace {

constexpr std::string_view kSystemPlaces[] = {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib",
                                              "/usr/local/lib"};

// Where Conda, virtual environments, pyenv, a user and the system install Python packages. Under
// each a package keeps its libraries in one of kPackageFolders.
constexpr std::string_view kPrefixes[] = {"$CONDA_PREFIX", "$VIRTUAL_ENV",
                                          "$HOME/.local",  "/usr/local",
                                          "/opt/conda",    "$HOME/.pyenv/versions/*"};
constexpr std::string_view kPackageFolders[] = {
    "/lib", "/lib/python3*/site-packages/*.libs", "/lib/python3*/site-packages/*/lib",
    "/lib/python3*/dist-packages/*.libs", "/lib/python3*/dist-packages/*/lib"};

// Replaces a $VARIABLE at the start. Returns "" if it is not set.
std::string expanded(std::string_view place) {
  if (!place.starts_with('$')) return std::string(place);
  const std::size_t end = std::min(place.find('/'), place.size());
  const char* const value = std::getenv(std::string(place.substr(1, end - 1)).c_str());
  if (value == nullptr || *value == '\0') return "";
  return value + std::string(place.substr(end));
}

std::vector<std::string> loader_path() {
  std::vector<std::string> folders;
  const char* const value = std::getenv("LD_LIBRARY_PATH");
  std::string_view rest = value != nullptr ? value : "";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) folders.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return folders;
}

std::vector<std::string> matching(const std::string& pattern) {
  std::vector<std::string> files;
  glob_t found{};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return files;
}

// For a folder whose name is not a pattern.
std::string escaped(const std::string& folder) {
  std::string pattern;
  for (const char c : folder) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// Places of libraries, as patterns, best first.
std::vector<std::string> places_of(const BlasFamily& family) {
  std::vector<std::string> places;
  for (const std::string& folder : loader_path()) places.push_back(escaped(folder));
  for (const std::string_view place : kSystemPlaces) places.emplace_back(place);
  for (const std::string_view place : family.places) places.push_back(expanded(place));
  for (const std::string_view prefix : kPrefixes) {
    const std::string base = expanded(prefix);
    for (const std::string_view folder : kPackageFolders) {
      if (!base.empty()) places.push_back(base + std::string(folder));
    }
  }
  std::erase(places, "");
  return places;
}

// The content of a file in memory, empty if it is no shared library.
class MappedLibrary {
 public:
  explicit MappedLibrary(const std::string& file) {
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return;
    struct stat status {};
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
      size_ = static_cast<std::size_t>(status.st_size);
      address_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    }
    close(descriptor);
  }
  ~MappedLibrary() {
    if (address_ != MAP_FAILED) munmap(address_, size_);
  }
  MappedLibrary(const MappedLibrary&) = delete;
  MappedLibrary& operator=(const MappedLibrary&) = delete;

  std::string_view content() const {
    if (address_ == MAP_FAILED) return {};
    const std::string_view all(static_cast<const char*>(address_), size_);
    return all.starts_with("\177ELF") ? all : std::string_view();
  }

 private:
  void* address_ = MAP_FAILED;
  std::size_t size_ = 0;
};

const BlasFamily* family_of_content(std::string_view content) {
  const auto contains = [&](std::string_view mark) {
    return memmem(content.data(), content.size(), mark.data(), mark.size()) != nullptr;
  };
  for (const BlasFamily& family : blas_families()) {
    if (!std::ranges::any_of(family.marks, contains)) continue;
    return std::ranges::any_of(family.foreign, contains) ? nullptr : &family;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> find_blas_files(const BlasFamily& family) {
  std::vector<std::string> files, real;
  for (const std::string& place : places_of(family)) {
    for (const std::string_view name : family.files) {
      for (const std::string& file : matching(place + "/" + std::string(name))) {
        std::error_code failed;
        const std::string path = std::filesystem::canonical(file, failed).string();
        if (failed || std::ranges::find(real, path) != real.end()) continue;
        real.push_back(path);
        if (family_of_file(path) == &family) files.push_back(file);
      }
    }
  }
  return files;
}

std::string system_blas_file() {
  std::vector<std::string> places = loader_path();
  places.insert(places.end(), std::begin(kSystemPlaces), std::end(kSystemPlaces));
  for (const std::string& place : places) {
    const std::filesystem::path file = std::filesystem::path(place) / "libblas.so.3";
    std::error_code failed;
    if (std::filesystem::is_regular_file(file, failed)) return file.string();
  }
  return "";
}

// A file may have 40 MB, so that each is read once.
const BlasFamily* family_of_file(const std::string& file) {
  static std::mutex mutex;
  static std::map<std::string, const BlasFamily*> known;
  std::error_code failed;
  const std::string path = std::filesystem::canonical(file, failed).string();
  if (failed) return nullptr;
  const std::scoped_lock lock(mutex);
  auto found = known.find(path);
  if (found == known.end()) {
    found = known.emplace(path, family_of_content(MappedLibrary(path).content())).first;
  }
  return found->second;
}

}  // namespace reprise
