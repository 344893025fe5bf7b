// Keeps the measured peak rates and the rates of the microkernels in a file, so that not every
// process measures them again.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "bench/harness/options.hpp"

namespace reprise::bench {

// $XDG_CACHE_HOME/reprise/peaks.json, else ~/.cache/reprise/peaks.json; empty if neither variable
// is an absolute path.
std::filesystem::path peaks_file();

// What the rates depend on besides the number of threads: processor, caches, CPUs that this process
// may use, instruction set and version of the program.
std::string machine_key();

// The peaks that the file has for `machine` and `threads`, else those that `measure` returns, which
// are then written to the file. A file that is missing, damaged or not writable is never an error,
// and the rates of another machine are replaced.
Peaks kept_peaks(const std::filesystem::path& file, const std::string& machine, int threads,
                 const std::function<Peaks()>& measure);

// The same for the rates of the microkernels, by instruction set and columns. Rates of 0 from
// `measure` are unknown ones, which are not kept.
LimitRates kept_limit_rates(const std::filesystem::path& file, const std::string& machine,
                            const std::string& isa, std::size_t columns,
                            const std::function<LimitRates()>& measure);

}  // namespace reprise::bench
