#include "reprise/data/zip.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <memory>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

struct Closer {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};

std::unique_ptr<zip_t, Closer> open_archive(const std::filesystem::path& file) {
  int code = 0;
  std::unique_ptr<zip_t, Closer> archive(zip_open(file.c_str(), ZIP_RDONLY, &code));
  if (archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw Error(fmt::format("{}: expected a .npz (zip) file, found: {}", file.string(), why));
  }
  return archive;
}

}  // namespace

std::vector<std::byte> read_zip_member(const std::filesystem::path& file, const std::string& member,
                                       std::size_t max_bytes) {
  const auto archive = open_archive(file);
  zip_stat_t stat;
  if (zip_stat(archive.get(), member.c_str(), 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
    throw Error(fmt::format("{}: expected a member '{}', found none", file.string(), member));
  }
  if (stat.size > max_bytes) {
    throw Error(fmt::format("{}: member '{}' has {} bytes, expected at most {}", file.string(),
                            member, stat.size, max_bytes));
  }
  const std::unique_ptr<zip_file_t, Closer> in(zip_fopen(archive.get(), member.c_str(), 0));
  std::vector<std::byte> bytes(stat.size);
  std::size_t done = 0;
  zip_int64_t got = 1;
  while (in != nullptr && got > 0 && done < bytes.size()) {
    got = zip_fread(in.get(), bytes.data() + done, bytes.size() - done);
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  // a read past the end makes libzip compare the CRC-32
  std::byte extra;
  if (in == nullptr || done != bytes.size() || zip_fread(in.get(), &extra, 1) != 0) {
    throw Error(
        fmt::format("{}: member '{}' is damaged: read {} of {} bytes, or its CRC-32 differs",
                    file.string(), member, done, bytes.size()));
  }
  return bytes;
}

}  // namespace reprise
