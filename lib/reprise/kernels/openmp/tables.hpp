// The tables of isa/unit.cpp by the name of their instruction set.
#pragma once

#include <string_view>

#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

// `isa` is one of isas() (kernels/isa.hpp).
template <class T>
const IsaKernels<T>& kernels_of(std::string_view isa);

}  // namespace reprise
