#include "reprise/kernels/eigen/backend.hpp"

#include "reprise/kernels/library_int.hpp"

namespace reprise {

namespace isa_avx512 {
extern const EigenProducts<float> eigen_float32;
extern const EigenProducts<double> eigen_float64;
}  // namespace isa_avx512
namespace isa_avx2 {
extern const EigenProducts<float> eigen_float32;
extern const EigenProducts<double> eigen_float64;
}  // namespace isa_avx2
namespace isa_baseline {
extern const EigenProducts<float> eigen_float32;
extern const EigenProducts<double> eigen_float64;
}  // namespace isa_baseline

namespace {

int to_int(std::size_t n) { return library_int(n, "eigen"); }

template <class T>
EigenOperand<T> operand(MatrixView<const T> matrix, bool transposed = false) {
  return {matrix.data, to_int(matrix.rows), to_int(matrix.cols), transposed};
}

template <class T>
const T* pointer(std::span<const T> bias) {
  return bias.empty() ? nullptr : bias.data();
}

}  // namespace

template <class T>
const EigenProducts<T>& eigen_products_of(std::string_view isa) {
  const auto choose = [&](const auto& float32, const auto& float64) -> const EigenProducts<T>& {
    if constexpr (std::is_same_v<T, float>) {
      return float32;
    } else {
      return float64;
    }
  };
  if (isa == "avx512") return choose(isa_avx512::eigen_float32, isa_avx512::eigen_float64);
  if (isa == "avx2") return choose(isa_avx2::eigen_float32, isa_avx2::eigen_float64);
  return choose(isa_baseline::eigen_float32, isa_baseline::eigen_float64);
}

std::string eigen_version() {
  const auto& [world, major, minor] = isa_baseline::eigen_float32.version;
  return std::to_string(world) + "." + std::to_string(major) + "." + std::to_string(minor);
}

template <class T>
std::string EigenBackend<T>::implementation() const {
  return "Eigen " + eigen_version() + " " + isa_;
}

// Another backend of this process may have set another number.
template <class T>
const EigenProducts<T>& EigenBackend<T>::products() {
  products_.set_threads(this->team().threads());
  return products_;
}

template <class T>
EigenCsr<T> EigenBackend<T>::gathered(const CsrBatch& x) {
  batch_.gather(x);
  return {batch_.row_ptr().data(), batch_.col_idx().data(), batch_.ones().data(), batch_.rows(),
          to_int(x.matrix.cols)};
}

template <class T>
void EigenBackend<T>::dense_forward(MatrixView<const T> x, MatrixView<const T> kernel,
                                    std::span<const T> bias, MatrixView<T> z) {
  products().dense(operand(x), operand(kernel), pointer(bias), z.data);
}

template <class T>
void EigenBackend<T>::dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                                          MatrixView<T> dx) {
  products().dense(operand(dz), operand(kernel, true), nullptr, dx.data);
}

template <class T>
void EigenBackend<T>::dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz,
                                             MatrixView<T> dkernel, std::span<T> dbias) {
  products().dense(operand(x, true), operand(dz), nullptr, dkernel.data);
  this->sum_rows(dz, dbias);
}

template <class T>
void EigenBackend<T>::csr_forward(const CsrBatch& x, MatrixView<const T> kernel,
                                  std::span<const T> bias, MatrixView<T> z) {
  products().csr_forward(gathered(x), kernel.data, to_int(kernel.cols), pointer(bias), z.data);
}

template <class T>
void EigenBackend<T>::csr_backward_weights(const CsrBatch& x, MatrixView<const T> dz,
                                           MatrixView<T> dkernel, std::span<T> dbias) {
  products().csr_backward(gathered(x), dz.data, to_int(dz.cols), dkernel.data);
  this->sum_rows(dz, dbias);
}

template <class T>
std::unique_ptr<Plan<T>> EigenBackend<T>::make_plan(const NetworkDescription<T>& network,
                                                    const Samples<T>& samples,
                                                    std::size_t batch_size) {
  flush_denormals_in_openmp_threads(this->team().threads());
  return OpenmpBackend<T>::make_plan(network, samples, batch_size);
}

template class EigenBackend<float>;
template class EigenBackend<double>;
template const EigenProducts<float>& eigen_products_of<float>(std::string_view);
template const EigenProducts<double>& eigen_products_of<double>(std::string_view);

}  // namespace reprise
