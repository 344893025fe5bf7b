// The microkernels that bound the time of an epoch (limit.hpp): what one thread needs at least for
// the parts that every implementation has to compute, measured on this machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/harness/options.hpp"

namespace reprise::bench {

// Sparse samples: sample i has the ones ids[i * ones] .. ids[(i + 1) * ones - 1]. `rows` has one
// row of `columns` floats for each word, `samples` one for each sample.
struct SparseTraffic {
  const std::uint16_t* ids;
  std::size_t count, ones, columns;  // columns: a multiple of 16
  float *rows, *samples;
};

// One table for each instruction set, compiled by microkernels_unit.cpp.
struct Microkernels {
  // samples[i] = the sum of the rows of its ones: the forward pass of a sparse layer.
  void (*gather)(const SparseTraffic&);
  // rows[id] += samples[i] for each one: its gradient.
  void (*scatter)(const SparseTraffic&);
  // Multiply-adds of a register tile whose operands lie in the first-level cache. Returns the
  // number of floating point operations of a call.
  double (*multiply_add)();
  // Reads n floats, a multiple of 1024, and adds them up.
  void (*read)(const float* values, std::size_t n);
};
// `isa` names an instruction set of isas() (kernels/isa.hpp).
const Microkernels& microkernels_of(std::string_view isa);

// Measures the rates in about half a second. The sparse layer has 10,000 inputs and `columns`
// units; if it is 0, gather and scatter stay 0. The step is that of the backend openmp on weights
// that lie in the first-level cache. The product is the microkernel's or the fastest backend's
// (peaks.hpp), whichever is faster.
LimitRates measure_limit_rates(std::string_view isa, std::size_t columns);

// The rates, measured once and kept with the peaks (kept_peaks.hpp). All are 0, which means
// unknown, if they were not measured before and REPRISE_PEAKS is "none".
LimitRates limit_rates(const std::string& isa, std::size_t columns);

}  // namespace reprise::bench
