// Dense layers with oneDNN's matmul primitives in float32. Each primitive is created once per
// direction and shape and then reused. Sparse inputs use oneDNN's products where its build has them
// (sparse.hpp), else openmp's kernels, as activations, losses and optimizers do.
//
// oneDNN splits a sum depending on shape, processor and number of threads. Results differ from the
// reference's by rounding only, but their bits change with all three.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "reprise/kernels/gathered_csr.hpp"
#include "reprise/kernels/onednn/sparse.hpp"
#include "reprise/kernels/openmp/backend.hpp"

namespace reprise {

// The layout of the right-hand matrix of a product. `plain` is row-major, as all our arrays are; it
// measured no slower on the book's shapes (oneDNN 2.6, AVX2: 128 x 784 -> 512 forward 1.24 ms with
// both, 1 x 64 -> 64 0.7 us against 2.0). `any` lets oneDNN choose, which may copy the matrix in
// every call.
enum class OnednnLayout { plain, any };

class OnednnBackend final : public OpenmpBackend<float> {
 public:
  // `team` and `isa` as for OpenmpBackend.
  OnednnBackend(Team& team, std::string_view isa, OnednnLayout layout = OnednnLayout::plain);
  ~OnednnBackend() override;

  std::string_view name() const override { return "onednn"; }
  // The library's version and the implementation of the last primitive, for example
  // "oneDNN 2.6.3 brgemm:avx2".
  std::string implementation() const override;
  // Keeps no threads awake: oneDNN would run inside their parallel region, on one thread.
  void session(const std::function<void()>& body) override { body(); }
  void dense_forward(MatrixView<const float> x, MatrixView<const float> kernel,
                     std::span<const float> bias, MatrixView<float> z) override;
  void dense_backward_data(MatrixView<const float> dz, MatrixView<const float> kernel,
                           MatrixView<float> dx) override;
  void dense_backward_weights(MatrixView<const float> x, MatrixView<const float> dz,
                              MatrixView<float> dkernel, std::span<float> dbias) override;
  void csr_forward(const CsrBatch& x, MatrixView<const float> kernel, std::span<const float> bias,
                   MatrixView<float> z) override;
  void csr_backward_weights(const CsrBatch& x, MatrixView<const float> dz,
                            MatrixView<float> dkernel, std::span<float> dbias) override;
  // The plain plan (stepwise_plan.hpp). Also makes oneDNN's threads flush denormals: they are the
  // threads that OpenMP keeps for the calling thread, so the setting persists.
  std::unique_ptr<Plan<float>> make_plan(const NetworkDescription<float>& network,
                                         const Samples<float>& samples,
                                         std::size_t batch_size) override;
  std::optional<std::uint64_t> reorders() const override { return reorders_; }
  // The number of primitives created so far.
  std::size_t primitives() const;

 private:
  struct Library;
  struct Shape;
  void multiply(const Shape& shape, const float* a, const float* b, const float* bias, float* c);

  std::unique_ptr<Library> library_;
  std::unique_ptr<OnednnSparse> sparse_;  // null if oneDNN has no sparse products
  GatheredCsr<float> batch_;
  OnednnLayout layout_;
  std::string_view last_implementation_;  // points into `library_` or `sparse_`
  std::uint64_t reorders_ = 0;
};

// The version of the loaded library, for example "2.6.3".
std::string onednn_version();
// The instruction set of its kernels on this processor, for example "avx2".
std::string onednn_kernels();

}  // namespace reprise
