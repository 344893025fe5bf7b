// What this machine reaches: the ceilings of a roofline, measured and not read from a data sheet.
#pragma once

#include "bench/harness/options.hpp"

namespace reprise::bench {

// Best of a few runs on so many threads. `gflops`: the fastest backend's product of 512 x 512
// matrices in float32. `gbytes`: the triad a = b + 3 c of McCalpin's STREAM, counted as three
// streams, over arrays of four times the last cache together.
Peaks measure_peaks(int threads);

// The ones of the options, or measured when first asked for.
Peaks peaks_on(const Options& options, int threads);

}  // namespace reprise::bench
