// A plan for texts: binary sparse samples and a narrow first layer (IMDB, Reuters).
//
// A step has three parallel regions. In the first, each thread sums its lanes of the first layer
// (core/csr_lanes.hpp); in the second, the threads divide the rows of the batch, which go through
// the other layers to the loss and back; in the third, each thread adds the gradients of its lanes
// and makes the optimizer's step for them, and for its part of the other weights.
//
// Weights and slots of the first layer are grouped by lanes while the plan trains, so that a thread
// reads and writes the same memory in every step: weights that change between two processors cost
// 1.2 of the 6.4 ms of an epoch of IMDB. sync() copies them back. The gradients of a block of
// places exist only until its step, in scratch memory that stays in the second-level cache.
//
// The plain counterpart is stepwise_plan.hpp on the reference backend, with the same sums in the
// same order.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/batch_step.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/openmp/dense_update.hpp"
#include "reprise/kernels/openmp/skipped_steps.hpp"

namespace reprise {

template <class T>
class TextPlan final : public Plan<T> {
 public:
  // Whether the plan can train this network: binary sparse samples, a dense first layer with up to
  // kMostLaneColumns units, and the conditions of BatchPlan.
  static bool supports(const NetworkDescription<T>& network, const Samples<T>& samples);

  // `team` must outlive the plan.
  TextPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
           const Samples<T>& samples, std::size_t batch_size);

  void train_epoch(std::span<const std::int32_t> order, const BatchObserver<T>& observe) override;
  void evaluate(const Samples<T>& samples, std::size_t batch_size,
                const BatchObserver<T>& observe) override;
  void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) override;
  MatrixView<const T> pre_activations(std::size_t layer) const override {
    return step_.pre_activations(layer);
  }
  void sync() override;
  void reload() override;

 private:
  // Lanes of a matrix that may have none of its own.
  struct Lanes {
    CsrLanes view;
    std::optional<LaneLists> built;
  };
  static Lanes lanes_of(const CsrView& matrix);

  // Places [first, last) of the first kernel's rows, which are in groups [first_group, last_group).
  // If `limited`, other blocks have places of the same groups.
  struct PlaceBlock {
    std::size_t first, last, first_group, last_group;
    bool limited;
  };
  // What one thread updates, and its scratch memory.
  struct Part {
    std::vector<PlaceBlock> blocks;
    HugePageVector<T> gradients = {};     // of a block
    std::vector<std::int64_t> next = {};  // by row of the batch: see LaneRange
  };

  std::vector<PlaceBlock> blocks_of(std::size_t first_group, std::size_t last_group) const;
  void set_first_z(const CsrLanes& lanes);
  void update_weights();
  void update_block(Part& part, const PlaceBlock& block, const StepFormula<T>& step);
  void sync_weights();
  // Copies the first kernel, or one of its slots, between its arena and its lanes.
  void copy(std::size_t array, bool to_arena);

  Team& team_;
  const IsaKernels<T>& kernels_;
  Samples<T> samples_;
  std::size_t batch_size_;
  // Each thread calls the primitives of a backend on one thread for its rows.
  Team one_thread_{1};
  OpenmpBackend<T> rows_backend_;
  BatchStep<T> step_;
  Lanes lanes_;

  std::size_t units_, lane_rows_;  // lane_rows_: rows of one lane's weights
  HugePageVector<T> memory_;       // one array, so that it lies in huge pages
  std::span<T> weights_, slots_;   // of the first kernel, grouped by lanes
  HugePageVector<T> halves_;       // of the sums, for one batch
  SkippedSteps<T> skipped_;        // by place
  std::vector<Part> parts_;        // one for each thread that updates weights
  DenseUpdate<T> dense_;           // of all other weights
  // Whether the arenas have the weights and slots of the first layer.
  bool weights_synced_ = true, slots_synced_ = true;
};

}  // namespace reprise
