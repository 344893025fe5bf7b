// The state of an interrupted gate, whose key is "key" in the corpus, and the verdicts on it.
#include "bench/gate/label.hpp"
#include "bench/gate/state.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    const auto state = gate::read_state(fuzz::file_of(data, size, ".json"), "key");
    gate::GateResult result;
    const compare::Measurements none;
    gate::label(result, state.screen ? *state.screen : none, state.fresh ? *state.fresh : none,
                state.confirm_looks);
  });
  return 0;
}
