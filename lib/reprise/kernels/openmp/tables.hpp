// The tables of kernels that isa/unit.cpp defines, by instruction set.
#pragma once

#include <string_view>

#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

// `isa` names an instruction set of isas() (kernels/isa.hpp) that the processor has. The first call
// for avx512 in float32 times both forms of RMSprop, which takes .1 ms, because the faster one
// depends on the processor. For 16 weights an AMD EPYC took 3.4 ns with divisions and 6.9 without.
// On an Intel Xeon (Sapphire Rapids) it was 4.4, and 3.1 to 3.6 for a prototype with fewer checks.
template <class T>
const IsaKernels<T>& kernels_of(std::string_view isa);

}  // namespace reprise
