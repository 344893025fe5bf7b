// A step in two parallel pieces of work, for batches of any network: first rows of the batch, then
// ranges of weights. A wide first layer on sparse samples goes ahead as a third (first_layer.hpp).
//
// Its plain twin is stepwise_plan.hpp on the reference: the same sums in the same order. What is
// gained: two meetings of the threads a step in place of some ten, a row's values that stay in the
// cache from the first layer to its loss and back, and gradients that the optimizer takes while
// they are still there. A block's gradients live in its thread's scratch and nowhere else.
//
// Blocks follow the order of the arena and are shared by cost, so that two threads divide the
// reviews' frequent words (3 % of the words hold half of the ones) and neither waits long for the
// other.
#pragma once

#include <memory>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/openmp/column_partition.hpp"
#include "reprise/kernels/openmp/first_layer.hpp"
#include "reprise/kernels/openmp/sparse_rows.hpp"
#include "reprise/kernels/stepwise_plan.hpp"

namespace reprise {

// The primitives that a thread calls for its rows.
template <class T>
struct OneThread {
  explicit OneThread(std::string_view isa) : backend(team, isa) {}
  Team team{1};
  OpenmpBackend<T> backend;
};

template <class T>
class BatchPlan : OneThread<T>, public StepwisePlan<T> {
 public:
  // Whether a step of the optimizer can take gradients block by block; clipping and weight decay
  // look at all of them.
  static bool supports(const NetworkDescription<T>& network);

  // `team` must outlive the plan.
  BatchPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
            const Samples<T>& samples, std::size_t batch_size);

 private:
  using typename StepwisePlan<T>::Rows;
  using typename StepwisePlan<T>::Pass;

  // Neighbouring weights of one variable: rows of a kernel, or a bias, which counts as one row.
  struct Segment {
    std::size_t layer;
    bool is_bias;
    std::size_t first_row, last_row, width;
  };
  struct Block {
    std::size_t first, last;  // in the arena
    std::vector<Segment> segments;
    std::size_t range = 0;  // of the cuts, of its first layer's rows

    std::size_t size() const { return last - first; }
  };
  // What one thread does and works with.
  struct Part {
    std::vector<Block> blocks;
    std::size_t wide_rows = 0;  // of the first layer's kernel, beside the blocks
    HugePageVector<T> gradients = {};
  };

  void for_rows(Pass pass, const std::function<void(Rows)>& body) override;
  void update_weights() override;
  void session(const std::function<void()>& body) override { team_.session(body); }
  bool has_first_layer(Pass pass) const override;
  // Values that are left out because they are 0 would be NaN times an infinite weight or gradient:
  // once a loss is not finite, they are left out no longer.
  bool accepts(T loss) override;

  void take_up(const Samples<T>& samples);
  std::vector<Segment> variables() const;
  std::size_t cost_of_row(const Segment& variable, std::size_t row) const;
  void make_parts();
  void make_cuts();
  void set_gradients(const Block& block, T* out) const;
  void set_kernel_gradients(const Block& block, const Segment& s, T* out) const;
  const DenseDescription<T>& dense(std::size_t layer) const {
    return std::get<DenseDescription<T>>(this->network().layers[layer]);
  }

  Team& team_;
  const IsaKernels<T>& kernels_;
  std::size_t work_of_row_;  // multiply-adds

  std::optional<SparseRows<T>> sparse_;  // the samples, if they are
  std::vector<double> filled_;           // their columns' places in a batch, in the mean
  std::optional<FirstLayer<T>> first_layer_;
  std::vector<Part> parts_;
  ColumnPartition cuts_;  // of the samples, where a narrow first layer's blocks end
};

}  // namespace reprise
