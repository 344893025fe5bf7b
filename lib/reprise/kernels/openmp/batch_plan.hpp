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
#include "reprise/kernels/batch_step.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/openmp/column_partition.hpp"
#include "reprise/kernels/openmp/sparse_first_layer.hpp"

namespace reprise {

template <class T>
class BatchPlan final : public Plan<T> {
 public:
  // Whether the optimizer can take the gradients block by block, which clipping and weight decay
  // rule out because they need all gradients.
  static bool supports(const NetworkDescription<T>& network);

  // `team` must outlive the plan.
  BatchPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
            const Samples<T>& samples, std::size_t batch_size);

  void train_epoch(std::span<const std::int32_t> order, const BatchObserver<T>& observe) override;
  void evaluate(const Samples<T>& samples, std::size_t batch_size,
                const BatchObserver<T>& observe) override {
    step_.evaluate(samples, batch_size, observe);
  }
  void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) override {
    step_.predict(x, batch_size, out);
  }
  MatrixView<const T> pre_activations(std::size_t layer) const override {
    return step_.pre_activations(layer);
  }

 private:
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

  void compute_rows(std::span<const std::int32_t> batch);
  void update_weights();

  // Sets sparse_ and first_layer_ if the samples are sparse.
  void find_sparse_samples(const Samples<T>& samples);
  std::vector<Segment> variables() const;
  std::size_t cost_of_row(const Segment& variable, std::size_t row) const;
  void make_parts();
  void make_partition();
  void set_gradients(const Block& block, T* out) const;
  void set_kernel_gradients(const Block& block, const Segment& s, T* out) const;

  Team& team_;
  const IsaKernels<T>& kernels_;
  Samples<T> samples_;
  std::size_t batch_size_;
  std::size_t work_of_row_;  // multiply-adds of one row of the batch
  // Each thread calls the primitives of a backend on one thread for its rows.
  Team one_thread_{1};
  OpenmpBackend<T> rows_backend_;
  BatchStep<T> step_;

  std::optional<CsrView> sparse_;          // the samples, if they are sparse
  std::vector<double> expected_nonzeros_;  // mean per batch, for each column of the samples
  std::optional<SparseFirstLayer<T>> first_layer_;
  std::vector<Part> parts_;
  ColumnPartition partition_;  // of the samples, by the blocks of a narrow first layer
};

}  // namespace reprise
