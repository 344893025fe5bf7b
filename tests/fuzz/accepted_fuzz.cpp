// The file of accepted slowdowns.
#include "bench/gate/accepted.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    gate::parse_accepted(std::string(fuzz::text_of(data, size)), ".reprise/accepted.json");
  });
  return 0;
}
