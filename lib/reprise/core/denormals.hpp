// Enables flush-to-zero and denormals-are-zero in the current thread.
//
// The second moments of dead units decay into denormals, which cost up to twice the time at batch
// size 1 and are one more source of differences. Therefore every thread of every backend, the
// reference included, computes without them.
#pragma once

#include <xmmintrin.h>

namespace reprise {

// Both modes are on during the lifetime of the object.
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
  // Whether both modes were on before. Then nothing is written, because a write to the control
  // register stalls the processor.
  bool flushed() const { return (saved_ & kBoth) == kBoth; }
  unsigned saved_;
};

// Turns both modes on for the rest of the thread, for threads that belong to another library.
inline void flush_denormals_in_this_thread() { _mm_setcsr(_mm_getcsr() | FlushDenormals::kBoth); }

}  // namespace reprise
