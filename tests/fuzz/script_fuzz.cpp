// A session script of replay.
#include "repro/replay/script_file.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] { replay::read_script(fuzz::file_of(data, size, ".script")); });
  return 0;
}
