// The values of flags that have a grammar: durations, fractions, ranges of seeds, command lines.
#include "bench/compare/contender.hpp"
#include "bench/compare/duration.hpp"
#include "cli/flag_types.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  const std::string text(fuzz::text_of(data, size));
  fuzz::accept_or_refuse([&] {
    if (!(compare::parse_duration(text, "--flag") > 0)) throw std::logic_error("no duration");
  });
  fuzz::accept_or_refuse([&] {
    const double fraction = compare::parse_fraction(text, "--flag");
    if (!(fraction > 0 && fraction < 1)) throw std::logic_error("no fraction");
  });
  fuzz::accept_or_refuse([&] {
    const auto seeds = cli::parse_seed_range(text);
    if (!seeds) throw Error("found no seeds");
    if (seeds->first > seeds->second) throw std::logic_error("no range");
  });
  fuzz::accept_or_refuse([&] { compare::parse_contender(text, "--flag"); });
  return 0;
}
