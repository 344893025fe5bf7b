#include "bench/harness/cold.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace reprise::bench {

namespace {

constexpr std::size_t kLine = 64;

#if defined(__x86_64__)

// Every x86-64 has clflush; clflushopt does not wait for the line before it.
bool has_clflushopt() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 23 & 1) != 0;
}

__attribute__((target("clflushopt"))) void flush_freely(const char* first, const char* last) {
  for (; first < last; first += kLine) _mm_clflushopt(const_cast<char*>(first));
}
void flush_in_order(const char* first, const char* last) {
  for (; first < last; first += kLine) _mm_clflush(first);
}

void flush(const Memory& memory) {
  static const auto lines = has_clflushopt() ? flush_freely : flush_in_order;
  for (const auto& bytes : memory) {
    if (bytes.empty()) continue;
    const auto* begin = reinterpret_cast<const char*>(bytes.data());
    lines(begin - reinterpret_cast<std::uintptr_t>(begin) % kLine, begin + bytes.size());
  }
  _mm_mfence();
}

#else

// Writes through twice the size of the last cache, so that nothing else is in it.
void sweep() {
  static std::vector<char> other(
      2 * static_cast<std::size_t>(std::max(sysconf(_SC_LEVEL3_CACHE_SIZE), 32L << 20)));
  for (std::size_t i = 0; i < other.size(); i += kLine) {
    volatile char& place = other[i];
    place = static_cast<char>(place + 1);
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
