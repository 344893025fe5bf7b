#include "reprise/data/cache.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/checksum.hpp"

namespace reprise {

namespace fs = std::filesystem;

KerasCache::KerasCache(CacheOptions options) : options_(std::move(options)) {
  if (options_.data_dir) {
    folders_.push_back(*options_.data_dir);
    return;
  }
  if (const char* keras_home = std::getenv("KERAS_HOME"); keras_home && *keras_home) {
    folders_.push_back(fs::path(keras_home) / "datasets");
  }
  if (const char* home = std::getenv("HOME"); home && *home) {
    folders_.push_back(fs::path(home) / ".keras" / "datasets");
  }
}

std::optional<fs::path> KerasCache::locate(const std::string& name) const {
  for (const fs::path& folder : folders_) {
    std::error_code ignored;
    if (fs::exists(folder / name, ignored)) return folder / name;
  }
  return {};
}

DataSource KerasCache::find(const std::string& name) const {
  const DataFile& file = known_data_file(name);
  if (options_.standin) return {name, {}, {}, Origin::standin};
  if (const auto path = locate(name)) return verified(file, *path);
  if (folders_.empty()) {
    throw Error(
        fmt::format("data file '{}': HOME and KERAS_HOME are not set, expected --data-dir", name),
        ExitCode::missing);
  }
  std::string why;
  if (options_.download) {
    try {
      return fetched(file);
    } catch (const Error& error) {
      if (error.exit_code() != ExitCode::missing) throw;
      why = fmt::format(", and it cannot be downloaded: {}", error.what());
    }
  }
  std::vector<std::string> looked;
  for (const fs::path& folder : folders_) {
    looked.push_back(folder.empty() ? "''" : printable(folder.string()));
  }
  throw Error(
      fmt::format("data file '{}' not found in: {}{} (name its directory with --data-dir, or put "
                  "it where Keras would)",
                  name, fmt::join(looked, ", "), why),
      ExitCode::missing);
}

DataSource KerasCache::verified(const DataFile& file, const fs::path& path) const {
  const std::string digest = file_digest(path, file.algorithm);
  DataSource source{file.name, path,
                    file.algorithm == "sha256" ? digest : file_digest(path, "sha256")};
  if (digest == file.digest) return source;
  if (!options_.unverified) {
    throw Error(fmt::format("{}: found {} {}, expected {}", printable(path.string()),
                            file.algorithm, digest, file.digest));
  }
  source.origin = Origin::unverified;
  source.note = fmt::format("{}: UNVERIFIED, found {} {}, Keras expects {}",
                            printable(path.string()), file.algorithm, digest, file.digest);
  return source;
}

DataSource KerasCache::fetched(const DataFile& file) const {
  std::string why;
  for (const fs::path& folder : folders_) {
    try {
      require_writable_folder(folder);
    } catch (const Error& error) {
      if (why.empty()) why = error.what();
      continue;
    }
    DownloadOptions options;
    options.base_url = options_.base_url;
    options.unverified = options_.unverified;
    options.observer = options_.observer;
    return verified(file, download(file, folder, options));
  }
  throw Error(fmt::format("data file '{}' cannot be stored: {}", file.name, why));
}

}  // namespace reprise
