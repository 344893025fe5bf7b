// The microkernels of one instruction set: this file is compiled once for each, as the kernels are
// (kernels/openmp/isa/unit.cpp), with REPRISE_ISA as the name of its namespace. It calls no inline
// function of a shared header but the always inlined ones of vector.hpp.
#include "bench/harness/microkernels.hpp"
#include "reprise/kernels/openmp/isa/vector.hpp"

namespace reprise::REPRISE_ISA {
namespace {

using bench::SparseTraffic;
using Floats = Vector<float>;

constexpr std::size_t kNarrow = 16, kWide = 64;  // columns of a block

// Columns [first, first + kColumns) of each sample's sum. Prefetching a later row made this slower
// on AVX-512 (.66 instead of .48 ns for 16 columns), and scatter no faster. Rows of 16 columns have
// four sums in turn, because a single chain of additions waits for each of them.
template <std::size_t kColumns>
[[gnu::always_inline]] inline void gather_block(const SparseTraffic& t, std::size_t first) {
  constexpr std::size_t kVectors = kColumns / kLanes<float>;
  constexpr std::size_t kSums = kColumns == kNarrow ? 4 : 1;
  for (std::size_t i = 0; i < t.count; ++i) {
    const std::uint16_t* const ids = t.ids + i * t.ones;
    Floats sums[kSums][kVectors] = {};
    std::size_t k = 0;
    for (; k + kSums <= t.ones; k += kSums) {
      for (std::size_t s = 0; s < kSums; ++s) {
        const float* const row = t.rows + ids[k + s] * t.columns + first;
        for (std::size_t v = 0; v < kVectors; ++v) {
          Floats values;
          load(values, row + v * kLanes<float>);
          sums[s][v] += values;
        }
      }
    }
    for (; k < t.ones; ++k) {
      const float* const row = t.rows + ids[k] * t.columns + first;
      for (std::size_t v = 0; v < kVectors; ++v) {
        Floats values;
        load(values, row + v * kLanes<float>);
        sums[0][v] += values;
      }
    }
    float* const out = t.samples + i * t.columns + first;
    for (std::size_t v = 0; v < kVectors; ++v) {
      for (std::size_t s = 1; s < kSums; ++s) sums[0][v] += sums[s][v];
      store(sums[0][v], out + v * kLanes<float>);
    }
  }
}

template <std::size_t kColumns>
[[gnu::always_inline]] inline void scatter_block(const SparseTraffic& t, std::size_t first) {
  constexpr std::size_t kVectors = kColumns / kLanes<float>;
  for (std::size_t i = 0; i < t.count; ++i) {
    const std::uint16_t* const ids = t.ids + i * t.ones;
    Floats delta[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      load(delta[v], t.samples + i * t.columns + first + v * kLanes<float>);
    }
    for (std::size_t k = 0; k < t.ones; ++k) {
      float* const row = t.rows + ids[k] * t.columns + first;
      for (std::size_t v = 0; v < kVectors; ++v) {
        Floats values;
        load(values, row + v * kLanes<float>);
        values += delta[v];
        store(values, row + v * kLanes<float>);
      }
    }
  }
}

void gather(const SparseTraffic& t) {
  std::size_t first = 0;
  for (; first + kWide <= t.columns; first += kWide) gather_block<kWide>(t, first);
  for (; first < t.columns; first += kNarrow) gather_block<kNarrow>(t, first);
}

void scatter(const SparseTraffic& t) {
  std::size_t first = 0;
  for (; first + kWide <= t.columns; first += kWide) scatter_block<kWide>(t, first);
  for (; first < t.columns; first += kNarrow) scatter_block<kNarrow>(t, first);
}

// A tile as large as the kernels' own, over 64 terms: at most 18 KiB of operands.
double multiply_add() {
  constexpr std::size_t kTerms = 64, kRepeats = 200;
  constexpr std::size_t kColumns = kTileVectors * kLanes<float>;
  alignas(64) static float a[kTerms * kTileRows], b[kTerms * kColumns];
  Floats sums[kTileRows][kTileVectors] = {};
  for (std::size_t repeat = 0; repeat < kRepeats; ++repeat) {
    for (std::size_t t = 0; t < kTerms; ++t) {
      Floats panel[kTileVectors];
      for (std::size_t v = 0; v < kTileVectors; ++v) {
        load(panel[v], b + t * kColumns + v * kLanes<float>);
      }
      for (std::size_t r = 0; r < kTileRows; ++r) {
        Floats factor;
        broadcast(factor, a[t * kTileRows + r]);
        for (std::size_t v = 0; v < kTileVectors; ++v) add_fused(sums[r][v], factor, panel[v]);
      }
    }
    asm volatile("" ::
                     : "memory");  // the operands might have changed: nothing is computed once only
  }
  float all = 0;
  for (const auto& row : sums) {
    for (const Floats& sum : row) all += sum[0];
  }
  asm volatile("" : : "x"(all));
  return 2.0 * kTerms * kRepeats * kTileRows * kColumns;
}

// Eight sums in turn, so that no addition waits for another one.
void read(const float* values, std::size_t n) {
  constexpr std::size_t kSums = 8;
  Floats sums[kSums] = {};
  for (std::size_t i = 0; i + kSums * kLanes<float> <= n; i += kSums * kLanes<float>) {
#pragma GCC unroll 8
    for (std::size_t s = 0; s < kSums; ++s) {
      Floats loaded;
      load(loaded, values + i + s * kLanes<float>);
      sums[s] += loaded;
    }
  }
  for (const Floats& sum : sums) asm volatile("" : : "m"(sum) : "memory");
}

}  // namespace

extern const bench::Microkernels microkernels;
constinit const bench::Microkernels microkernels{gather, scatter, multiply_add, read};

}  // namespace reprise::REPRISE_ISA
