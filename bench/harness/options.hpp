// The flags of the benchmark programs in addition to those of Google Benchmark.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/harness/own_network.hpp"
#include "reprise/nn/runtime.hpp"

namespace reprise::bench {

// The peak rates of this machine (peaks.hpp).
struct Peaks {
  double gflops = 0;                   // 1e9 operations per second
  double gbytes = 0;                   // 1e9 bytes per second
  std::string triad_place = "memory";  // what `gbytes` is the rate of (peaks.hpp)
};

// What one thread needs for each part of an epoch (microkernels.hpp): nanoseconds for a one of a
// sparse layer and for a weight in an exact step of RMSprop, and 1e9 operations per second of
// products.
struct LimitRates {
  double gather = 0, scatter = 0, step = 0, gflops = 0;
};

enum class Cache { warm, cold };

struct Options {
  std::vector<std::string> backends;  // default: all that this build and CPU can use
  std::vector<int> threads;           // default: 1, and all CPUs that this process may use
  std::vector<Dtype> dtypes{Dtype::float32};
  std::vector<Cache> caches{Cache::warm};
  std::vector<std::string> cases;  // empty: all
  OwnCases own;                    // if given, they replace the book's
  bool standin = false;            // meaningful only if data_given
  bool data_given = false;         // else: real data if they are there, stand-in data otherwise
  std::optional<std::filesystem::path> data_dir;
  std::optional<Peaks> peaks;  // see peaks_on()
  // Whether the user gave the flag: then each of its values must match a benchmark.
  bool backends_given = false, threads_given = false, dtypes_given = false, caches_given = false;
  std::string isa;
  std::filesystem::path kept;  // folder of verified results and samples, or ""
  bool unverified = false;     // no result is compared with the reference before it is timed
};

// Parses our flags and removes them from `arguments`; the program's name and Google Benchmark's
// flags remain. If --help is given, prints our flags and leaves --help for Google Benchmark, which
// prints its own. Throws Error (exit code 2, or 3 if a backend is not available) that names the
// flag, what was found and what was expected.
Options parse_options(std::vector<std::string>& arguments, const std::string& program,
                      const std::string& about);

}  // namespace reprise::bench
