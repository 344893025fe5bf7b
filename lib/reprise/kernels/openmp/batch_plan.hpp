// A fused plan for batches of any network. A step has two parallel regions: the first divides the
// rows of the batch among the threads, the second divides the weights. A wide first layer on sparse
// samples adds a third region in front (sparse_first_layer.hpp).
//
// Its plain counterpart is stepwise_plan.hpp on the reference backend, with the same sums in the
// same order. The fused plan is faster because the threads synchronise twice per step instead of
// about ten times, because the values of a row stay in the cache from the first layer to the loss
// and back, and because the optimizer reads gradients that are still in the cache. The gradients of
// a block exist only in the scratch memory of its thread.
//
// Blocks follow the order of the arena and are assigned to threads by cost. So two threads divide
// the frequent words of the reviews between them (3 % of the words hold half of the ones), and
// neither waits long for the other.
#pragma once

#include <memory>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/openmp/column_partition.hpp"
#include "reprise/kernels/openmp/sparse_first_layer.hpp"
#include "reprise/kernels/openmp/sparse_samples.hpp"
#include "reprise/kernels/stepwise_plan.hpp"

namespace reprise {

// A backend on one thread, whose primitives each thread calls for its rows.
template <class T>
struct OneThread {
  explicit OneThread(std::string_view isa) : backend(team, isa) {}
  Team team{1};
  OpenmpBackend<T> backend;
};

template <class T>
class BatchPlan : OneThread<T>, public StepwisePlan<T> {
 public:
  // Whether the optimizer can take the gradients block by block, which clipping and weight decay
  // rule out because they need all gradients.
  static bool supports(const NetworkDescription<T>& network);

  // `team` must outlive the plan.
  BatchPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
            const Samples<T>& samples, std::size_t batch_size);

 private:
  using typename StepwisePlan<T>::Rows;
  using typename StepwisePlan<T>::Pass;

  // Consecutive weights of one variable: rows of a kernel, or a bias, which counts as one row.
  struct Segment {
    std::size_t layer;
    bool is_bias;
    std::size_t first_row, last_row, width;
  };
  struct Block {
    std::size_t first, last;  // positions in the arena
    std::vector<Segment> segments;
    std::size_t range = 0;  // range of partition_ with this block's rows of the first kernel

    std::size_t size() const { return last - first; }
  };
  // The weights that one thread updates, and its scratch memory.
  struct Part {
    std::vector<Block> blocks;
    std::size_t wide_rows = 0;  // rows of the first kernel that first_layer_ updates
    HugePageVector<T> gradients = {};
  };

  void for_rows(Pass pass, const std::function<void(Rows)>& body) override;
  void update_weights() override;
  void session(const std::function<void()>& body) override { team_.session(body); }
  bool sets_first_layer_z(Pass pass) const override;
  // Skipping an input of 0 is wrong if its weight or gradient is not finite, since the product
  // would be NaN. So the first loss that is not finite switches to dense products.
  bool accepts(T loss) override;

  // Sets sparse_ and first_layer_ if the samples are sparse or dense with enough zeros.
  void find_sparse_samples(const Samples<T>& samples);
  std::vector<Segment> variables() const;
  std::size_t cost_of_row(const Segment& variable, std::size_t row) const;
  void make_parts();
  void make_partition();
  void set_gradients(const Block& block, T* out) const;
  void set_kernel_gradients(const Block& block, const Segment& s, T* out) const;
  const DenseDescription<T>& dense(std::size_t layer) const {
    return std::get<DenseDescription<T>>(this->network().layers[layer]);
  }

  Team& team_;
  const IsaKernels<T>& kernels_;
  std::size_t work_of_row_;  // multiply-adds of one row of the batch

  std::optional<SparseSamples<T>> sparse_;  // the samples, if they are sparse
  std::vector<double> expected_nonzeros_;   // mean per batch, for each column of the samples
  std::optional<SparseFirstLayer<T>> first_layer_;
  std::vector<Part> parts_;
  ColumnPartition partition_;  // of the samples, by the blocks of a narrow first layer
};

}  // namespace reprise
