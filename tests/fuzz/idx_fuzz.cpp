// An idx file, deflated or not.
#include "reprise/data/idx.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    const auto& file = fuzz::file_of(data, size);
    fuzz::accept_or_refuse([&] { read_idx(file, 1); });
    read_idx(file, 3);
  });
  return 0;
}
