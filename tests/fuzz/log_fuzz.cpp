// A log that a replay is compared with.
#include "repro/replay/log.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] { replay::read_log(fuzz::file_of(data, size, ".json"), "notebook"); });
  return 0;
}
