// The default backend, called "openmp": native SIMD kernels on a team of threads, which may be
// OpenMP's or our own (core/parallel.hpp). It takes the reference's sums in the reference's order,
// in the widest registers that the processor has.
//
// Exactly one thread computes each output element, and the order of its sum depends neither on the
// number of threads nor on the instruction set. All results are bit-identical to the reference's.
//
// Processor time of a step on one AVX2 thread: in float 1/4.6 to 1/5 (MNIST), 1/7.9 (512 units on
// the reviews) and 1/2.2 (13-64-64-1 at batch 1) of plain loops for any x86-64, in interleaved
// pairs with a noise of 5 %; in double about 1/50, 1/23 and 1/3 of the reference (the first two:
// one pair).
//
// Backends that take products of matrices from a library derive from this one and borrow the rest.
#pragma once

#include <string>
#include <string_view>

#include "reprise/core/parallel.hpp"
#include "reprise/kernels/backend.hpp"
#include "reprise/kernels/openmp/csc_batch.hpp"
#include "reprise/kernels/openmp/tables.hpp"

namespace reprise {

template <class T>
class OpenmpBackend : public Backend<T> {
 public:
  // `team` must outlive the backend. `isa` names an available instruction set of isas(). With
  // `fuse`, make_plan may choose a plan that merges the primitives of a step, and layers may be
  // fused. A backend that takes products from a library must not.
  OpenmpBackend(Team& team, std::string_view isa, bool fuse = true)
      : team_(team), isa_(isa), kernels_(kernels_of<T>(isa)), fuse_(fuse) {}

  void session(const std::function<void()>& body) override { team_.session(body); }
  std::string_view name() const override { return "openmp"; }
  std::string implementation() const override { return "openmp " + std::string(isa_); }
  void dense_forward(MatrixView<const T> x, MatrixView<const T> kernel, std::span<const T> bias,
                     MatrixView<T> z) override;
  void dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                           MatrixView<T> dx) override;
  void dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz, MatrixView<T> dkernel,
                              std::span<T> dbias) override;
  void csr_forward(const CsrBatch& x, MatrixView<const T> kernel, std::span<const T> bias,
                   MatrixView<T> z) override;
  void csr_backward_weights(const CsrBatch& x, MatrixView<const T> dz, MatrixView<T> dkernel,
                            std::span<T> dbias) override;
  void activation_forward(const Activation& activation, MatrixView<const T> z,
                          MatrixView<T> y) override;
  void activation_backward(const Activation& activation, MatrixView<const T> z,
                           MatrixView<const T> y, MatrixView<T> dy) override;
  void loss(const Loss& loss, MatrixView<const T> target, MatrixView<const T> prediction,
            std::span<const T> upstream, std::span<T> values, MatrixView<T> gradient) override;
  bool softmax_with_loss(const Loss& loss, bool loss_on_logits, MatrixView<const T> target,
                         MatrixView<const T> z, std::span<const T> upstream, MatrixView<T> y,
                         std::span<T> values, MatrixView<T> dz) override;
  bool can_fuse_layers(const NetworkDescription<T>& network) const override;
  void fused_layers(std::span<const LayerOfBatch<T>> layers, const LossOfBatch<T>& loss,
                    bool training, std::size_t first, std::size_t last) override;
  void optimizer_pass(const Optimizer& optimizer, const OptimizerStep& step, std::span<T> weights,
                      std::span<const T> gradients, std::span<T> slots) override;
  std::unique_ptr<Plan<T>> make_plan(const NetworkDescription<T>& network,
                                     const Samples<T>& samples, std::size_t batch_size) override;

 protected:
  // dbias = sum over the rows of dz
  void sum_rows(MatrixView<const T> dz, std::span<T> dbias);
  Team& team() { return team_; }

 private:
  using Multiply = void (*)(const Product<T>&, const Block&);
  // Distributes a product over the team, by columns or by rows.
  void run(Multiply multiply, const Product<T>& product);

  Team& team_;
  std::string_view isa_;
  const IsaKernels<T>& kernels_;
  bool fuse_;
  // The last batch of csr_backward_weights with a wide dz, and its transpose.
  CsrRanges csr_batch_;
  CscBatch csc_batch_;
};

}  // namespace reprise
