#include "reprise/kernels/openmp/tables.hpp"

namespace reprise {

namespace isa_avx512 {
extern const IsaKernels<float> kernels_float32;
extern const IsaKernels<double> kernels_float64;
}  // namespace isa_avx512
namespace isa_avx2 {
extern const IsaKernels<float> kernels_float32;
extern const IsaKernels<double> kernels_float64;
}  // namespace isa_avx2
namespace isa_baseline {
extern const IsaKernels<float> kernels_float32;
extern const IsaKernels<double> kernels_float64;
}  // namespace isa_baseline

template <>
const IsaKernels<float>& kernels_of(std::string_view isa) {
  return isa == "avx512" ? isa_avx512::kernels_float32
         : isa == "avx2" ? isa_avx2::kernels_float32
                         : isa_baseline::kernels_float32;
}
template <>
const IsaKernels<double>& kernels_of(std::string_view isa) {
  return isa == "avx512" ? isa_avx512::kernels_float64
         : isa == "avx2" ? isa_avx2::kernels_float64
                         : isa_baseline::kernels_float64;
}

}  // namespace reprise
