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
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};

std::unique_ptr<zip_t, Closer> open_archive(const std::filesystem::path& file) {
  int code = 0;
  std::unique_ptr<zip_t, Closer> archive(zip_open(file.c_str(), ZIP_RDONLY, &code));
  if (archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw Error(fmt::format("{}: expected a .npz (zip) file, found: {}", file.string(), why),
                code == ZIP_ER_NOENT ? ExitCode::missing : ExitCode::usage);
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

std::vector<std::string> zip_members(const std::filesystem::path& file) {
  const auto archive = open_archive(file);
  std::vector<std::string> names;
  const zip_int64_t entries = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), 0);
    if (name == nullptr) {
      throw Error(fmt::format("{}: member {} has no name: the file is damaged", file.string(), i));
    }
    names.emplace_back(name);
  }
  return names;
}

// In memory: libzip's own temporary file would survive a signal.
std::vector<std::byte> zip_archive(std::span<const ZipMember> members, const std::string& name) {
  const auto fail = [&](const char* why) { throw Error(fmt::format("{}: {}", name, why)); };
  zip_error_t error;
  zip_error_init(&error);
  const std::unique_ptr<zip_source_t, Closer> memory(
      zip_source_buffer_create(nullptr, 0, 0, &error));
  if (memory == nullptr) fail(zip_error_strerror(&error));
  zip_source_keep(memory.get());  // the archive frees its own reference
  std::unique_ptr<zip_t, Closer> archive(zip_open_from_source(memory.get(), ZIP_TRUNCATE, &error));
  if (archive == nullptr) {
    zip_source_free(memory.get());
    fail(zip_error_strerror(&error));
  }
  for (const ZipMember& member : members) {
    zip_source_t* source =
        zip_source_buffer(archive.get(), member.bytes.data(), member.bytes.size(), 0);
    const zip_int64_t index =
        zip_file_add(archive.get(), member.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      fail(zip_strerror(archive.get()));
    }
    const auto at = static_cast<zip_uint64_t>(index);
    constexpr zip_uint32_t kLevel = 3;
    constexpr zip_uint16_t kFirstDay = 1 << 5 | 1;  // 1980-01-01 as MS-DOS writes it
    zip_file_set_dostime(archive.get(), at, 0, kFirstDay, 0);
    // libzip's own default is level 9, which takes MNIST 20 s for nothing
    zip_set_file_compression(archive.get(), at, member.deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                             kLevel);
  }
  if (zip_close(archive.get()) != 0) fail(zip_strerror(archive.get()));
  archive.release();  // zip_close has freed it
  zip_stat_t stat;
  if (zip_source_stat(memory.get(), &stat) != 0 || zip_source_open(memory.get()) != 0) {
    fail(zip_error_strerror(zip_source_error(memory.get())));
  }
  std::vector<std::byte> bytes(stat.size);
  const zip_int64_t got = zip_source_read(memory.get(), bytes.data(), bytes.size());
  zip_source_close(memory.get());
  if (got != static_cast<zip_int64_t>(bytes.size())) fail("the archive cannot be read back");
  return bytes;
}

}  // namespace reprise
