// The members of a .zip (and so of a .npz), by libzip.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace reprise {

// Reads one member whole, stored or deflated, and checks its CRC-32. Throws Error naming the file
// if it is no zip, is cut off, lacks the member, or the member says it is larger than `max_bytes`.
std::vector<std::byte> read_zip_member(const std::filesystem::path& file, const std::string& member,
                                       std::size_t max_bytes = std::size_t{1} << 30);

}  // namespace reprise
