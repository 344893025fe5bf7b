#include "repro/by_hand.hpp"

#include "reprise/kernels/list.hpp"
#include "reprise/nn/internal_access.hpp"

namespace reprise::book {

Matrix<float> uniform_kernel(Run& run, std::size_t rows, std::size_t cols, double low,
                             double high) {
  Matrix<float> kernel(rows, cols);
  for (float& weight : kernel.view().flat()) {
    weight = static_cast<float>(low + (high - low) * run.keras.streams().numpy.random());
  }
  return kernel;
}

template <class T>
std::unique_ptr<Backend<T>> kernels_of(Run& run) {
  const RuntimeOptions& options = run.keras.options();
  return make_backend<T>(options.backend, InternalAccess::team(run.keras),
                         {.isa = options.isa, .fuse = options.fuse});
}

template std::unique_ptr<Backend<float>> kernels_of(Run&);
template std::unique_ptr<Backend<double>> kernels_of(Run&);

}  // namespace reprise::book
