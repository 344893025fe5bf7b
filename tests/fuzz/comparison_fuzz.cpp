// A comparison that was written by --json.
#include "bench/compare/report.hpp"
#include "reprise/data/json.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    const auto document = parse_json(fuzz::text_of(data, size), "input");
    compare::comparison_from(document, "input");
  });
  return 0;
}
