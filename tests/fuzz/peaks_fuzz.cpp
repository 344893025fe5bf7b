// The peak rates that are kept for a machine, which is called "machine" in the corpus.
#include "bench/harness/kept_peaks.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    const auto measure = []() -> bench::Peaks { throw Error("the file has no such peaks"); };
    bench::kept_peaks(fuzz::file_of(data, size, ".json"), "machine", 2, measure);
  });
  return 0;
}
