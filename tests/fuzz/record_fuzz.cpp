// A record of runs.
#include <nlohmann/json.hpp>

#include "reprise/record/run_file.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    for (const auto& run : read_runs(fuzz::file_of(data, size, ".json"))) key_of(run);
  });
  return 0;
}
