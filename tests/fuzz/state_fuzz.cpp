// The state of an interrupted comparison, whose key is "key" in the corpus.
#include "bench/compare/state_file.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] { compare::read_state(fuzz::file_of(data, size, ".json"), "key"); });
  return 0;
}
