// Training on one sample at a time (the Boston houses): an epoch is one call of isa/single.hpp.
//
// At this size everything beside the sums is overhead: with a virtual call, a look at the team and
// a gradient's way through memory for each tensor a step of 13-64-64-1 took 4.1 us, as this one
// 2.45. Rows of dead units only decay their second moment; RMSprop is the rest, 2 ns for eight
// weights.
//
// Weights and slots lie in a form of their own while an epoch runs: a kernel's row, then the slots
// of that row, padded to vectors. Plain twin: stepwise_plan.hpp on the reference, the same bits. It
// leaves out terms that are 0; should anything stop being finite, the epoch is done again the plain
// way, from weights that were not touched.
#pragma once

#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/openmp/batch_plan.hpp"

namespace reprise {

template <class T>
class Batch1Plan final : public BatchPlan<T> {
 public:
  // Dense samples one at a time, dense layers without penalties whose weights fit in the cache, and
  // what BatchPlan asks for.
  static bool supports(const NetworkDescription<T>& network, const Samples<T>& samples,
                       std::size_t batch_size);

  Batch1Plan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
             const Samples<T>& samples);

  // Observers hear of the epoch's batches when it is over.
  void train_epoch(std::span<const std::int32_t> order, const BatchObserver<T>& observe) override;
  bool is_current_between_batches() const override { return false; }

 private:
  // What a layer's SingleLayer points to.
  struct Store {
    HugePageVector<T> rows, x, z, dz;
    std::vector<std::uint32_t> live, dead;
  };

  void add_layer(const DenseDescription<T>& dense, bool last);
  void pack();
  void unpack();
  // Calls use(weight of the packed form, its place in the arena) for each weight; the slots of the
  // former lie `width` apart.
  template <class Use>
  void each_weight(Use&& use);
  bool is_finite() const;
  bool run(std::span<const std::int32_t> order);
  void report(std::span<const std::int32_t> order, const BatchObserver<T>& observe);

  const IsaKernels<T>& kernels_;
  Samples<T> samples_;
  std::size_t slots_;
  std::vector<Store> stores_;
  std::vector<SingleLayer<T>> layers_;
  HugePageVector<T> y_;               // of the last layer, which has no layer above
  Matrix<T> z_out_, y_out_, target_;  // a row a step
  std::vector<T> losses_;
};

}  // namespace reprise
