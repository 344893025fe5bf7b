#include "reprise/kernels/openmp/tables.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "reprise/core/stopwatch.hpp"

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

// The shortest times of many runs whose data are in the first-level cache, in turns, because
// another process might share the processor. Infinite for forms that are missing.
std::array<double, Kernels::rmsprop_form_count> times(const Kernels& kernels) {
  constexpr std::size_t kWeights = 1024;
  constexpr int kRuns = 20, kPasses = 4;
  const Formula formula(RMSprop{}, {});
  std::vector<float> w(kWeights, 1.0f), g(kWeights, 0.01f), v(kWeights, 1e-4f);
  std::array<double, Kernels::rmsprop_form_count> shortest;
  shortest.fill(std::numeric_limits<double>::infinity());
  for (int run = 0; run < kRuns; ++run) {
    for (std::size_t form = 0; form < shortest.size(); ++form) {
      if (kernels.rmsprop_forms[form].pass == nullptr) continue;
      const Stopwatch watch;
      for (int pass = 0; pass < kPasses; ++pass) {
        kernels.rmsprop_forms[form].pass(&formula,
                                         {w.data(), g.data(), v.data(), kWeights, kWeights});
      }
      shortest[form] = std::min(shortest[form], watch.seconds());
    }
  }
  return shortest;
}

Kernels with_fastest_forms(Kernels kernels) {
  const auto time = times(kernels);
  const auto at = Formulas<float>::index<Formula>();
  const auto pass = static_cast<std::size_t>(std::ranges::min_element(time) - time.begin());
  kernels.optimizer_pass[at] = kernels.rmsprop_forms[pass].pass;
  const bool processor = time[Kernels::processor_roots] < time[Kernels::by_default];
  kernels.batch1_steps[at] =
      kernels.rmsprop_forms[processor ? Kernels::processor_roots : Kernels::by_default].batch1;
  return kernels;
}

const Kernels& fastest_avx512() {
  static const Kernels chosen = with_fastest_forms(isa_avx512::kernels_float32);
  return chosen;
}
const Kernels& fastest_avx2() {
  static const Kernels chosen = with_fastest_forms(isa_avx2::kernels_float32);
  return chosen;
}

}  // namespace

template <>
const IsaKernels<float>& kernels_of(std::string_view isa) {
  return isa == "avx512" ? fastest_avx512()
         : isa == "avx2" ? fastest_avx2()
                         : isa_baseline::kernels_float32;
}
template <>
const IsaKernels<double>& kernels_of(std::string_view isa) {
  return isa == "avx512" ? isa_avx512::kernels_float64
         : isa == "avx2" ? isa_avx2::kernels_float64
                         : isa_baseline::kernels_float64;
}

template <class T>
LayerActivation<T> layer_activation(const IsaKernels<T>& kernels, const Activation& activation) {
  if (std::holds_alternative<Linear>(activation)) return {};
  const auto* relu = std::get_if<Relu>(&activation);
  if (relu != nullptr && relu->is_plain<T>()) return {.is_relu = true};
  const std::size_t index = activation.index();
  return {false, address_of(activation), kernels.activation_forward[index],
          kernels.activation_backward[index]};
}

template LayerActivation<float> layer_activation(const IsaKernels<float>&, const Activation&);
template LayerActivation<double> layer_activation(const IsaKernels<double>&, const Activation&);

}  // namespace reprise
