// A result of Google Benchmark.
#include "bench/compare/result_file.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse(
      [&] { compare::parse_result(std::string(fuzz::text_of(data, size)), "input"); });
  return 0;
}
