#include "reprise/kernels/openmp/tables.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

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

namespace {

using Kernels = IsaKernels<float>;
using Formula = RMSpropFormula<float, false, false, false>;

// The minimum of many runs whose data are in the first-level cache, in turns, because another
// process might share the processor.
Kernels::OptimizerPass faster_form(const Kernels::RMSpropForms& forms) {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t kWeights = 1024;
  constexpr int kRuns = 20, kPasses = 4;
  const Formula formula(RMSprop{}, {});
  std::vector<float> w(kWeights, 1.0f), g(kWeights, 0.01f), v(kWeights, 1e-4f);
  Clock::duration least[] = {Clock::duration::max(), Clock::duration::max()};
  for (int i = 0; i < 2 * kRuns; ++i) {
    const auto start = Clock::now();
    for (int pass = 0; pass < kPasses; ++pass) {
      forms[i % 2](&formula, {w.data(), g.data(), v.data(), kWeights, kWeights});
    }
    least[i % 2] = std::min(least[i % 2], Clock::now() - start);
  }
  return forms[least[1] < least[0] ? 1 : 0];
}

const Kernels& avx512_with_faster_form() {
  static const Kernels chosen = [] {
    Kernels kernels = isa_avx512::kernels_float32;
    kernels.optimizer_pass[Formulas<float>::index<Formula>()] = faster_form(kernels.rmsprop_forms);
    return kernels;
  }();
  return chosen;
}

}  // namespace

template <>
const IsaKernels<float>& kernels_of(std::string_view isa) {
  return isa == "avx512" ? avx512_with_faster_form()
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
