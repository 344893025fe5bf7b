// Reads and writes zip files, hence also .npz files, with libzip; inflates with libdeflate.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"

namespace reprise {

// Reads a stored or deflated member and checks its CRC-32. Throws Error if the file does not exist
// (exit code 3), is not a regular file or not a zip file, is truncated or lacks the member, or if
// the member is larger than `max_bytes` (exit code 2). A file whose members have more than 64 MiB
// and more than 32 times its size, or more than 1000 members, is refused (exit code 2).
HugePageVector<std::byte> read_zip_member(const std::filesystem::path& file,
                                          const std::string& member,
                                          std::size_t max_bytes = std::size_t{1} << 30);

// The names of the members in the order of the file. Throws Error like read_zip_member.
std::vector<std::string> zip_members(const std::filesystem::path& file);

// A member to be written, stored or deflated.
struct ZipMember {
  std::string name;
  std::vector<std::byte> bytes;
  bool deflate = false;
};

// A zip file with these members in this order. All dates are 1980-01-01, so that the same members
// give the same bytes. Throws Error (exit code 2) that starts with `name`.
std::vector<std::byte> zip_archive(std::span<const ZipMember> members, const std::string& name);

}  // namespace reprise
