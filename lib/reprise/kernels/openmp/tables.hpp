// The tables of kernels that isa/unit.cpp defines, by instruction set.
#pragma once

#include <string_view>

#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

// `isa` names an instruction set of isas() (kernels/isa.hpp) that the processor has. The first call
// for avx2 or avx512 in float32 times the forms of RMSprop, which takes .1 ms, because the fastest
// one depends on the processor. Nanoseconds for 16 weights:
//
// | processor                       | every second root | all roots by the processor | undivided |
// |---------------------------------|------------------:|---------------------------:|----------:|
// | AMD EPYC (Zen 3), AVX2          |               6.8 |                        5.9 |           |
// | AMD EPYC (Zen 4), AVX-512       |               3.4 |                        4.6 |       6.9 |
// | Xeon (Sapphire Rapids), AVX-512 |              4.35 |                        6.0 | 3.1 - 3.6 |
//
// The undivided form of the last row is a prototype with fewer checks.
template <class T>
const IsaKernels<T>& kernels_of(std::string_view isa);

// `activation` must outlive the result.
template <class T>
LayerActivation<T> layer_activation(const IsaKernels<T>& kernels, const Activation& activation);

}  // namespace reprise
