#include "bench/harness/job.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>

#include "reprise/data/checksum.hpp"

namespace reprise::bench {

namespace {

template <class T>
bool same_bits(T a, T b) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b);
}

}  // namespace

template <class T>
std::string difference(const std::vector<std::span<const T>>& got,
                       const std::vector<std::span<const T>>& wanted,
                       const std::vector<std::span<const T>>& bounds, std::size_t terms) {
  using Limits = std::numeric_limits<T>;
  const double factor = 2.0 * static_cast<double>(terms + 1);
  for (std::size_t o = 0; o < wanted.size(); ++o) {
    for (std::size_t i = 0; i < wanted[o].size(); ++i) {
      const T found = got[o][i], expected = wanted[o][i];
      if (same_bits(found, expected)) continue;
      double allowed = 0;
      if (!bounds.empty()) {
        allowed = factor * (static_cast<double>(Limits::epsilon()) * bounds[o][i] +
                            static_cast<double>(Limits::min()));
      }
      if (std::abs(static_cast<double>(found) - static_cast<double>(expected)) <= allowed) {
        if (allowed > 0) continue;
      }
      return fmt::format("wrong answer: output {}, element {}: found {}, expected {} (+- {:.3g})",
                         o, i, found, expected, allowed);
    }
  }
  return "";
}

void add_memory(Memory& memory, const CsrView& csr) {
  if (csr.rows == 0) return;
  const auto first = static_cast<std::size_t>(csr.row_ptr[0]);
  const auto count = static_cast<std::size_t>(csr.row_ptr[csr.rows]) - first;
  memory.push_back(std::as_bytes(std::span(csr.row_ptr, csr.rows + 1)));
  memory.push_back(std::as_bytes(std::span(csr.col_idx + first, count)));
  if (csr.lanes.places16 != nullptr) {
    memory.push_back(std::as_bytes(std::span(csr.lanes.places16 + first, count)));
  }
}

template <class T>
std::uint32_t digest_of(const std::vector<std::span<const T>>& results) {
  std::uint32_t crc = 0;
  for (const auto& result : results) crc = crc32(std::as_bytes(result), crc);
  return crc;
}

template std::string difference(const std::vector<std::span<const float>>&,
                                const std::vector<std::span<const float>>&,
                                const std::vector<std::span<const float>>&, std::size_t);
template std::string difference(const std::vector<std::span<const double>>&,
                                const std::vector<std::span<const double>>&,
                                const std::vector<std::span<const double>>&, std::size_t);
template std::uint32_t digest_of(const std::vector<std::span<const float>>&);
template std::uint32_t digest_of(const std::vector<std::span<const double>>&);

}  // namespace reprise::bench
