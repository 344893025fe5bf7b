// Flush-to-zero and denormals-are-zero while an object of this class lives, in this thread.
//
// Second moments of dead units decay into denormals, which cost up to twice the time at batch 1 and
// are one more source of differences; so every thread of every backend, the plain reference
// included, computes without them.
#pragma once

#include <xmmintrin.h>

namespace reprise {

class FlushDenormals {
 public:
  FlushDenormals() : saved_(_mm_getcsr()) {
    if (!flushed()) _mm_setcsr(saved_ | kBoth);
  }
  ~FlushDenormals() {
    if (!flushed()) _mm_setcsr(saved_);
  }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  friend void flush_denormals_in_this_thread();
  static constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
  static constexpr unsigned kBoth = kFlushToZero | kDenormalsAreZero;
  // Before it began: then there is nothing to write, which would stall the processor.
  bool flushed() const { return (saved_ & kBoth) == kBoth; }
  unsigned saved_;
};

// The same without an end, for a thread that belongs to a library.
inline void flush_denormals_in_this_thread() { _mm_setcsr(_mm_getcsr() | FlushDenormals::kBoth); }

}  // namespace reprise
