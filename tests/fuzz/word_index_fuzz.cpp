// A word index.
#include <array>

#include "reprise/data/texts.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    const auto index = texts::get_word_index(fuzz::file_of(data, size, ".json"));
    texts::decode(std::array<std::int32_t, 3>{1, 4, INT32_MAX}, index);
  });
  return 0;
}
