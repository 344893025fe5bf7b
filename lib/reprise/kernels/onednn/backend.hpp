// Dense layers by oneDNN's matmul primitives in float32, made once for each direction and shape and
// then kept; sparse inputs and rules are openmp's.
//
// oneDNN chooses how a sum is cut by shape, processor and number of threads: results are as near to
// the reference's as rounding allows, and their bits change with all three.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "reprise/kernels/openmp/backend.hpp"

namespace reprise {

// How the right factor of a product is laid out. `plain`, row by row as all our arrays, measured no
// slower on the book's shapes (oneDNN 2.6, AVX2: 128 x 784 -> 512 forward 1.24 ms either way, 1 x
// 64
// -> 64 0.7 us against 2.0). `chosen`: as oneDNN wishes, which may take a copy a call.
enum class OnednnLayout { plain, chosen };

class OnednnBackend final : public OpenmpBackend<float> {
 public:
  // As OpenmpBackend.
  OnednnBackend(Team& team, std::string_view isa, OnednnLayout layout = OnednnLayout::plain);
  ~OnednnBackend() override;

  std::string_view name() const override { return "onednn"; }
  // The library's version and the implementation of the last primitive: "oneDNN 2.6.3 brgemm:avx2".
  std::string implementation() const override;
  // No threads kept awake: oneDNN would find itself inside their parallel region, with one.
  void session(const std::function<void()>& body) override { body(); }
  void dense_forward(MatrixView<const float> x, MatrixView<const float> kernel,
                     std::span<const float> bias, MatrixView<float> z) override;
  void dense_backward_data(MatrixView<const float> dz, MatrixView<const float> kernel,
                           MatrixView<float> dx) override;
  void dense_backward_weights(MatrixView<const float> x, MatrixView<const float> dz,
                              MatrixView<float> dkernel, std::span<float> dbias) override;
  // Steps through the primitives, and sees to it that denormals are flushed in oneDNN's threads:
  // they are those that OpenMP keeps for the calling thread, and stay so.
  std::unique_ptr<Plan<float>> make_plan(const NetworkDescription<float>& network,
                                         const Samples<float>& samples,
                                         std::size_t batch_size) override;
  std::optional<std::uint64_t> reorders() const override { return reorders_; }
  // How many primitives have been made.
  std::size_t primitives() const;

 private:
  struct Library;
  struct Shape;
  void multiply(const Shape& shape, const float* a, const float* b, const float* bias, float* c);

  std::unique_ptr<Library> library_;
  OnednnLayout layout_;
  std::string_view last_implementation_;  // in `library_`
  std::uint64_t reorders_ = 0;
};

// Of the library that runs, e.g. "2.6.3".
std::string onednn_version();

}  // namespace reprise
