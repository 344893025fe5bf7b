// A certificate.
#include "repro/certificate/json.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] { book::read_document(fuzz::file_of(data, size, ".json")); });
  return 0;
}
