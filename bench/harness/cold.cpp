#include "bench/harness/cold.hpp"

#include <algorithm>
#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#else
#include "reprise/core/caches.hpp"
#endif

namespace reprise::bench {

namespace {

constexpr std::size_t kLine = 64;

#if defined(__x86_64__)

// Every x86-64 processor has clflush. clflushopt is faster: it does not wait for earlier flushes.
bool has_clflushopt() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 23 & 1) != 0;
}

__attribute__((target("clflushopt"))) void flush_unordered(const char* first, const char* last) {
  for (; first < last; first += kLine) _mm_clflushopt(const_cast<char*>(first));
}
void flush_ordered(const char* first, const char* last) {
  for (; first < last; first += kLine) _mm_clflush(first);
}

void flush(const Memory& memory) {
  static const auto flush_lines = has_clflushopt() ? flush_unordered : flush_ordered;
  for (const auto& bytes : memory) {
    if (bytes.empty()) continue;
    const auto* begin = reinterpret_cast<const char*>(bytes.data());
    flush_lines(begin - reinterpret_cast<std::uintptr_t>(begin) % kLine, begin + bytes.size());
  }
  _mm_mfence();
}

#else

// Writes to twice the size of the last-level cache, so that the cache holds nothing else.
void sweep() {
  static std::vector<char> other(2 * std::max(last_cache_bytes(), std::size_t{32} << 20));
  for (std::size_t i = 0; i < other.size(); i += kLine) {
    volatile char& byte = other[i];
    byte = static_cast<char>(byte + 1);
  }
}

#endif

}  // namespace

#if defined(__x86_64__)
bool flushes_lines() { return true; }
void make_cold(const Memory& memory) { flush(memory); }
#else
bool flushes_lines() { return false; }
void make_cold(const Memory&) { sweep(); }
#endif

}  // namespace reprise::bench
