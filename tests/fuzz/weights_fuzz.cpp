// A file of weights, for a model that takes its number of inputs from the file.
#include "reprise/nn/sequential.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    Runtime runtime;
    Sequential model(runtime, {Dense{.units = 2}, Dense{.units = 1}});
    model.load_weights(fuzz::file_of(data, size, ".npz"));
  });
  return 0;
}
