#include "reprise/core/huge_page_vector.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace reprise {

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kMinBytes = kHugePage / 2;
constexpr std::align_val_t kCacheLine{64};

}  // namespace

void* allocate_huge_pages(std::size_t bytes) {
  if (bytes < kMinBytes) return ::operator new(bytes, kCacheLine);
  const std::size_t whole = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  void* memory = std::aligned_alloc(kHugePage, whole);
  if (memory == nullptr) throw std::bad_alloc();
  madvise(memory, whole, MADV_HUGEPAGE);  // only a hint: if it fails, the pages are small
  return memory;
}

void free_huge_pages(void* memory, std::size_t bytes) noexcept {
  if (bytes < kMinBytes) {
    ::operator delete(memory, kCacheLine);
  } else {
    std::free(memory);
  }
}

}  // namespace reprise
