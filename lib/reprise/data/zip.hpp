// The members of a .zip (and so of a .npz), by libzip; what is deflated in them by libdeflate.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"

namespace reprise {

// Reads one member whole, stored or deflated, and checks its CRC-32. Throws Error naming the file
// if there is none (exit code 3), if it is no zip, is cut off, lacks the member, or the member says
// it is larger than `max_bytes` (2).
HugePageVector<std::byte> read_zip_member(const std::filesystem::path& file,
                                          const std::string& member,
                                          std::size_t max_bytes = std::size_t{1} << 30);

// The names of the members in the order of the file. Throws Error naming the file if there is none
// (exit code 3) or it is no zip (2).
std::vector<std::string> zip_members(const std::filesystem::path& file);

// A member to be written: stored as it is, or deflated.
struct ZipMember {
  std::string name;
  std::vector<std::byte> bytes;
  bool deflate = false;
};

// A zip file of these members in this order, dated 1980-01-01 so that the same members give the
// same file. Throws Error (exit code 2) that starts with `name`.
std::vector<std::byte> zip_archive(std::span<const ZipMember> members, const std::string& name);

}  // namespace reprise
