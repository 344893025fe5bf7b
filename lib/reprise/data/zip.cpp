#include "reprise/data/zip.hpp"

#include <fmt/format.h>
#include <libdeflate.h>
#include <zip.h>

#include <algorithm>
#include <memory>
#include <new>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "reprise/data/checksum.hpp"

namespace reprise {

namespace {

struct Closer {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* member) const { zip_fclose(member); }
  void operator()(zip_source_t* source) const { zip_source_free(source); }
  void operator()(libdeflate_decompressor* inflater) const {
    libdeflate_free_decompressor(inflater);
  }
};

// MNIST has 55 MB, IMDB 29 MB, and no array of a data set that exceeds the allowance shrinks to a
// thirty-second. A network has some ten arrays.
constexpr zip_uint64_t kAllowance = 64u << 20, kLargestRatio = 32;
constexpr zip_int64_t kMostMembers = 1000;

// Throws Error if the directory of the archive promises more than a data set of its size can hold,
// since a few kB of deflated zeros, or a wrong size, would fill the memory. All members count: two
// may share their bytes.
void require_plausible(zip_t* archive, const std::filesystem::path& file) {
  const zip_int64_t members = zip_get_num_entries(archive, 0);
  if (members > kMostMembers) {
    throw Error(fmt::format("{}: found {} members, expected at most {}", printable(file.string()),
                            members, kMostMembers));
  }
  const zip_uint64_t most =
      std::max<zip_uint64_t>(kAllowance, kLargestRatio * std::filesystem::file_size(file));
  zip_uint64_t total = 0;
  for (zip_int64_t i = 0; i < members; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat) != 0) continue;
    const zip_uint64_t size = (stat.valid & ZIP_STAT_SIZE) != 0 ? stat.size : 0;
    if (size > most - total) {
      throw Error(
          fmt::format("{}: found members of more than {} bytes, expected fewer in a file "
                      "of this size",
                      printable(file.string()), most));
    }
    total += size;
  }
}

std::unique_ptr<zip_t, Closer> open_archive(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) require_regular_file(file);
  int code = 0;
  std::unique_ptr<zip_t, Closer> archive(zip_open(file.c_str(), ZIP_RDONLY, &code));
  if (archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw Error(fmt::format("{}: expected a .npz (zip) file, found: {}", printable(file.string()),
                            printable(why)),
                code == ZIP_ER_NOENT ? ExitCode::missing : ExitCode::usage);
  }
  require_plausible(archive.get(), file);
  return archive;
}

// Reads the member, opened with `flags`, into `bytes`; returns the number of bytes read.
std::size_t read_into(std::span<std::byte> bytes, zip_t* archive, const std::string& member,
                      zip_flags_t flags) {
  const std::unique_ptr<zip_file_t, Closer> in(zip_fopen(archive, member.c_str(), flags));
  std::size_t done = 0;
  zip_int64_t got = 1;
  while (in != nullptr && got > 0 && done < bytes.size()) {
    got = zip_fread(in.get(), bytes.data() + done, bytes.size() - done);
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  return done;
}

// The same for a deflated member. libzip itself, which uses zlib in small steps, takes 2.5 times as
// long: 137 ms instead of 54 for x_train of imdb.npz.
std::size_t inflate_into(std::span<std::byte> bytes, zip_t* archive, const std::string& member,
                         std::size_t deflated_bytes) {
  HugePageVector<std::byte> deflated(deflated_bytes);
  if (read_into(deflated, archive, member, ZIP_FL_COMPRESSED) != deflated.size()) return 0;
  const std::unique_ptr<libdeflate_decompressor, Closer> inflater(libdeflate_alloc_decompressor());
  if (inflater == nullptr) throw std::bad_alloc();
  std::size_t done = 0;
  const auto outcome = libdeflate_deflate_decompress(
      inflater.get(), deflated.data(), deflated.size(), bytes.data(), bytes.size(), &done);
  return outcome == LIBDEFLATE_SUCCESS ? done : 0;
}

}  // namespace

HugePageVector<std::byte> read_zip_member(const std::filesystem::path& file,
                                          const std::string& member, std::size_t max_bytes) {
  const auto archive = open_archive(file);
  const std::string path = printable(file.string()), name = printable(member);
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_CRC;
  zip_stat_t stat;
  if (zip_stat(archive.get(), member.c_str(), 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
    throw Error(fmt::format("{}: expected a member '{}', found none", path, name));
  }
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE) {
    throw Error(
        fmt::format("{}: member '{}' is compressed by method {}, expected 0 or 8 (stored "
                    "or deflated)",
                    path, name, stat.comp_method));
  }
  if (stat.size > max_bytes) {
    throw Error(fmt::format("{}: member '{}' has {} bytes, expected at most {}", path, name,
                            stat.size, max_bytes));
  }
  const bool whole =
      stat.comp_size <= std::filesystem::file_size(file);  // else the size in the header is wrong
  HugePageVector<std::byte> bytes(whole ? stat.size : 0);
  const std::size_t done = !whole ? 0
                           : stat.comp_method == ZIP_CM_DEFLATE
                               ? inflate_into(bytes, archive.get(), member, stat.comp_size)
                               : read_into(bytes, archive.get(), member, 0);
  if (done != stat.size || crc32(bytes) != stat.crc) {
    throw Error(
        fmt::format("{}: member '{}' is damaged: read {} of {} bytes, or its CRC-32 differs", path,
                    name, done, stat.size));
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
      throw Error(fmt::format("{}: member {} has no name: the file is damaged",
                              printable(file.string()), i));
    }
    names.emplace_back(name);
  }
  return names;
}

// The archive is built in memory, because a temporary file of libzip would survive a signal.
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
    constexpr zip_uint16_t kFirstDay = 1 << 5 | 1;  // 1980-01-01 in the MS-DOS format
    zip_file_set_dostime(archive.get(), at, 0, kFirstDay, 0);
    // libzip's default, level 9, takes 20 s for MNIST without a benefit
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
