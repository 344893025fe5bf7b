#include "reprise/data/checksum.hpp"

#include <fmt/format.h>
#include <libdeflate.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise {

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t seed) {
  // 10 GB/s, against 2 of zlib 1.2.13. For a null pointer it would return 0 instead of `seed`.
  return bytes.empty() ? seed : libdeflate_crc32(seed, bytes.data(), bytes.size());
}

std::string crc32_hex(std::uint32_t crc) { return fmt::format("{:08x}", crc); }

std::string file_digest(const std::filesystem::path& file, const std::string& algorithm) {
  constexpr std::uintmax_t kLargest = 256u << 20;  // bytes; Keras's largest file has 17 MB
  require_regular_file(file);
  if (const auto size = std::filesystem::file_size(file); size > kLargest) {
    throw Error(fmt::format("{}: found {} bytes, expected a data file of at most {}",
                            printable(file.string()), size, kLargest));
  }
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_get_digestbyname(algorithm.c_str()), nullptr);
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.eof()) throw Error(fmt::format("{}: cannot be read", printable(file.string())));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace reprise
