// Checksums: CRC-32 by libdeflate (zip members; weights and batch orders in records), SHA-256 and
// MD5 by OpenSSL (data files).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace reprise {

// CRC-32 (as zlib, zip and Python's binascii.crc32) of `bytes`, continuing from `seed`.
std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t seed = 0);
// Eight lower-case hexadecimal digits, the format of the records.
std::string crc32_hex(std::uint32_t crc);

// The digest of a file in lower-case hexadecimal digits. `algorithm` is "sha256" or "md5", the two
// that Keras uses. Throws Error if the file cannot be read.
std::string file_digest(const std::filesystem::path& file, const std::string& algorithm);

}  // namespace reprise
