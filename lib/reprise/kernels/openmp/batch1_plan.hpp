// A fused plan for batches of one sample (Boston housing): an epoch is one call of isa/batch1.hpp.
//
// At this size everything except the sums is overhead. A step of 13-64-64-1 took 4.1 us with a
// virtual call, a query of the team and a gradient in memory for each tensor; it takes 2.45 us
// here. For the inputs of a layer that are 0, only the second moments of their weights decay. The
// rest of the step is RMSprop, 2 ns for eight weights.
//
// During an epoch weights and slots are packed: each row of a kernel is followed by the slots of
// that row, padded to whole vectors. The plain counterpart is stepwise_plan.hpp on the reference
// backend, with the same bits. This plan skips terms that are 0. If any value stops being finite,
// it discards the packed weights and repeats the epoch with BatchPlan.
#pragma once

#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/openmp/batch_plan.hpp"

namespace reprise {

template <class T>
class Batch1Plan final : public Plan<T> {
 public:
  // Whether the plan can train this network: batches of one dense sample without sample weights,
  // dense layers without regularizers whose weights fit in the cache, no custom loss, and the
  // conditions of BatchPlan.
  static bool supports(const NetworkDescription<T>& network, const Samples<T>& samples,
                       std::size_t batch_size);

  Batch1Plan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
             const Samples<T>& samples);

  // Calls `observe` for all batches after the epoch has ended.
  void train_epoch(std::span<const std::int32_t> order, const BatchObserver<T>& observe) override;
  bool is_current_between_batches() const override { return false; }
  void evaluate(const Samples<T>& samples, std::size_t batch_size,
                const BatchObserver<T>& observe) override {
    fallback_.evaluate(samples, batch_size, observe);
  }
  void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) override {
    fallback_.predict(x, batch_size, out);
  }
  MatrixView<const T> pre_activations(std::size_t layer) const override {
    return fallback_.pre_activations(layer);
  }

 private:
  // The memory to which a layer's Batch1Layer points.
  struct LayerBuffers {
    HugePageVector<T> rows, x, z, dz;
    std::vector<std::uint32_t> live, dead;
  };

  void add_layer(const DenseDescription<T>& dense, bool last);
  void pack();
  void unpack();
  // Calls use(packed weight, width, index in the arena) for each weight. The slots of a packed
  // weight follow it `width` values apart.
  template <class Use>
  void for_each_weight(Use&& use);
  bool is_finite() const;
  bool run(std::span<const std::int32_t> order);
  void report(std::span<const std::int32_t> order, const BatchObserver<T>& observe);

  BatchPlan<T> fallback_;
  const IsaKernels<T>& kernels_;
  NetworkDescription<T> network_;
  Samples<T> samples_;
  std::size_t slots_;
  std::vector<LayerBuffers> buffers_;
  std::vector<Batch1Layer<T>> layers_;
  HugePageVector<T> y_;  // of the last layer; other layers write to the x of the next one
  Matrix<T> z_out_, y_out_, target_;  // one row per step
  std::vector<T> losses_;
};

}  // namespace reprise
