// The pickle of an array of lists of integers.
#include "reprise/data/pickle.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] { unpickle_lists(std::as_bytes(std::span(data, size)), 8, "input"); });
  return 0;
}
