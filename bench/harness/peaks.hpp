// The peak rates of this machine, measured rather than read from a data sheet. They are the
// ceilings of the roofline.
#pragma once

#include <string>

#include "bench/harness/options.hpp"

namespace reprise::bench {

// Takes the best of at most five runs with this number of threads, in less than a second. `gflops`:
// product of two 512 x 512 float32 matrices by the fastest backend that is no BLAS. `gbytes`: the
// triad a = b + 3 c of McCalpin's STREAM, counted as three streams, over arrays of triad_bytes() in
// all.
Peaks measure_peaks(int threads);
// The first of the two rates alone.
double sgemm_gflops(int threads);

// The size of the triad's three arrays: four times the last-level cache, so that they lie in
// memory, but at most 144 MiB. Virtual machines report last-level caches of hundreds of megabytes.
std::size_t triad_bytes(std::size_t last_cache_bytes);
// Where arrays of that size lie: "last-level cache" if they fit into it, "memory" if they are four
// times as large, else "memory and last-level cache": a part of them stays in the cache.
std::string triad_place(std::size_t last_cache_bytes);

// Returns the peaks given in the options. If there are none, measures them once and keeps them for
// this machine (kept_peaks.hpp). Both are 0, which means unknown, if REPRISE_PEAKS is "none":
// `reprise compare` sets it for the programs that it compares.
Peaks peaks_on(const Options& options, int threads);

}  // namespace reprise::bench
