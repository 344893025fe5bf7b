// The one door for JSON, in and out.
#include "reprise/data/json.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    const std::string_view text = fuzz::text_of(data, size);
    const std::string written = json_text(parse_json(text, "input"), 1);
    parse_json<nlohmann::ordered_json>(written, "written");
  });
  return 0;
}
