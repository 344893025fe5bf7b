// The tables of kernels that isa/unit.cpp defines, by instruction set.
#pragma once

#include <string_view>

#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

// `isa` names an instruction set of isas() (kernels/isa.hpp).
template <class T>
const IsaKernels<T>& kernels_of(std::string_view isa);

}  // namespace reprise
