// The peak rates of this machine, measured rather than read from a data sheet. They are the
// ceilings of the roofline.
#pragma once

#include "bench/harness/options.hpp"

namespace reprise::bench {

// Takes the best of five runs with this number of threads. `gflops`: product of two 512 x 512
// float32 matrices by the fastest backend. `gbytes`: the triad a = b + 3 c of McCalpin's STREAM,
// counted as three streams, over arrays whose total size is four times the last-level cache.
Peaks measure_peaks(int threads);

// Returns the peaks given in the options; if there are none, measures them at the first call.
Peaks peaks_on(const Options& options, int threads);

}  // namespace reprise::bench
