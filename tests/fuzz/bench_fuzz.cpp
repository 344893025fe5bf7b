// A result of `reprise bench`, of either schema, as --render reads it.
#include <nlohmann/json.hpp>

#include "bench/suite/report.hpp"
#include "reprise/data/json.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    auto document = parse_json(fuzz::text_of(data, size), "input");
    if (document.is_object() && document.contains("schema") &&
        document["schema"] == "reprise/bench/1") {
      document = suite::upgrade_bench_1(std::move(document), "input");
    }
    suite::suite_from(document, "input");
  });
  return 0;
}
