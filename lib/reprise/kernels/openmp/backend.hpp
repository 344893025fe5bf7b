// The default backend: the reference's sums in the reference's order, spread over a team of
// threads.
//
// Every output element has one owner and is summed in one order, whatever the number of threads, so
// that the same seed gives the same bits on any team.
#pragma once

#include "reprise/core/parallel.hpp"
#include "reprise/kernels/backend.hpp"

namespace reprise {

class OpenmpBackend final : public Backend<float> {
 public:
  // `team` must outlive the backend.
  explicit OpenmpBackend(Team& team) : team_(team) {}

  std::string_view name() const override { return "openmp"; }
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
  void activation_forward(const Activation& activation, MatrixView<const float> z,
                          MatrixView<float> y) override;
  void activation_backward(const Activation& activation, MatrixView<const float> z,
                           MatrixView<const float> y, MatrixView<float> dy) override;
  void loss(const Loss& loss, MatrixView<const float> target, MatrixView<const float> prediction,
            std::span<const float> upstream, std::span<float> values,
            MatrixView<float> gradient) override;
  void optimizer_pass(const Optimizer& optimizer, const OptimizerStep& step,
                      std::span<float> weights, std::span<const float> gradients,
                      std::span<float> slots) override;

 private:
  Team& team_;
};

}  // namespace reprise
