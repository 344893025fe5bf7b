// The flags that the benchmark programs have beside Google Benchmark's own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reprise/nn/runtime.hpp"

namespace reprise::bench {

// Bytes and operations a second that this machine reaches, in 1e9 (peaks.hpp).
struct Peaks {
  double gflops = 0;
  double gbytes = 0;
};

enum class Cache { warm, cold };

struct Options {
  std::vector<std::string> backends;  // all that can be used here
  std::vector<int> threads;           // 1, and all that this process may use
  std::vector<Dtype> dtypes{Dtype::float32};
  std::vector<Cache> caches{Cache::warm};
  std::vector<std::string> cases;  // all
  bool standin = false;            // where nothing is said: if the real data are not there
  bool data_given = false;
  std::optional<std::filesystem::path> data_dir;
  std::optional<Peaks> peaks;  // measured where not given
  // Which of the settings the user asked for: those have to have rows.
  bool backends_given = false, threads_given = false, dtypes_given = false, caches_given = false;
  std::string isa;
};

// Takes our flags out of the command line and leaves Google Benchmark's in `arguments`, the
// program's name first. Nothing if --help has printed ours and Google Benchmark should print its
// own. Throws Error (exit code 2; 3 for a backend that is missing) that names flag, found and
// expected.
Options parse_options(std::vector<std::string>& arguments, const std::string& program,
                      const std::string& about);

}  // namespace reprise::bench
