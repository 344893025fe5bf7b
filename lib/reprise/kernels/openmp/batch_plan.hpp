// A step in two parallel pieces of work, for batches of any network: first rows of the batch, then
// ranges of weights.
//
// Its plain twin is stepwise_plan.hpp on the reference: the same sums in the same order. What is
// gained: two meetings of the threads a step in place of some ten, a row's values that stay in the
// cache from the first layer to its loss and back, and gradients that the optimizer takes while
// they are still there. A range's gradient lives in its thread's scratch and nowhere else.
//
// Ranges follow the order of the arena and are cut by cost, so that two threads share the reviews'
// frequent words (3 % of the words hold half of the ones) and neither waits long for the other.
#pragma once

#include <memory>
#include <vector>

#include "reprise/core/aligned.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/openmp/list_cuts.hpp"
#include "reprise/kernels/stepwise_plan.hpp"

namespace reprise {

// Makes the primitives that one thread calls for its rows.
template <class T>
struct OneThread {
  explicit OneThread(std::string_view isa) : backend(team, isa) {}
  Team team{1};
  OpenmpBackend<T> backend;
};

template <class T>
class BatchPlan final : OneThread<T>, public StepwisePlan<T> {
 public:
  // Whether a step of this optimizer can take gradients range by range; clipping and weight decay
  // look at all of them.
  static bool suits(const NetworkDescription<T>& network);

  // `team` must outlive the plan.
  BatchPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
            const Samples<T>& samples, std::size_t batch_size);

 private:
  using typename StepwisePlan<T>::Rows;

  // Neighbouring weights of one variable: rows of a kernel, or a bias, which counts as one row.
  struct Segment {
    std::size_t layer;
    bool is_bias;
    std::size_t first_row, last_row, width;
    std::size_t range = 0;  // of the cuts, in a kernel on sparse rows
  };
  struct Block {
    std::size_t first, last;  // in the arena
    std::vector<Segment> segments;
  };
  // Of one thread.
  struct Scratch {
    AlignedVector<T> gradients;
    ColumnLists columns;
  };

  void for_rows(const std::function<void(Rows)>& body) override;
  void update_weights() override;
  void session(const std::function<void()>& body) override { team_.session(body); }

  void make_blocks(const Samples<T>& samples);
  void set_gradients(const Block& block, Scratch& scratch) const;
  void set_kernel_gradients(const Segment& segment, Scratch& scratch, T* out) const;

  Team& team_;
  const IsaKernels<T>& kernels_;
  std::size_t work_of_row_ = 0;  // multiply-adds
  std::size_t parts_ = 1;        // that share the blocks
  std::vector<Block> blocks_;
  ListCuts cuts_;  // of the samples, where the first layer's segments end
  std::vector<Scratch> scratch_;
};

}  // namespace reprise
