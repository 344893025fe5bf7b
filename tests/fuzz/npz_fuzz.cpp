// A zip file of arrays, as the data sets and `reprise data convert` read it.
#include "reprise/data/npz.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  fuzz::accept_or_refuse([&] {
    const Npz npz(fuzz::file_of(data, size, ".npz"));
    for (const std::string& name : npz.names()) {
      fuzz::accept_or_refuse([&] { npz.array(name).as_doubles(); });
      fuzz::accept_or_refuse([&] { npz.lists(name); });
    }
    npz.lists("x");  // stored as x_values and x_offsets
  });
  return 0;
}
