#include "reprise/kernels/openmp/text_plan.hpp"

#include <algorithm>

#include "reprise/kernels/openmp/batch_plan.hpp"
#include "reprise/kernels/openmp/team_execution.hpp"
#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/penalties.hpp"

namespace reprise {

namespace {

// The number of rows that go through all layers together.
constexpr std::size_t kRowsPerPass = 128;

// The bytes of a block's gradients, less than a second-level cache of 512 KiB. If all gradients of
// Reuters (2.5 MB) are stored, they cross the third-level cache four times a step, which other
// virtual machines share, and the update takes 1.3 to 1.7 times as long (AMD EPYC, Zen 3).
constexpr std::size_t kGradientBytes = 320 << 10;

}  // namespace

template <class T>
bool TextPlan<T>::supports(const NetworkDescription<T>& network, const Samples<T>& samples) {
  const auto* dense = std::get_if<DenseDescription<T>>(&network.layers.front());
  return BatchPlan<T>::supports(network) && dense != nullptr &&
         dense->kernel.cols <= kMostLaneColumns && std::holds_alternative<CsrView>(samples.x);
}

template <class T>
TextPlan<T>::TextPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
                      const Samples<T>& samples, std::size_t batch_size)
    : team_(team),
      kernels_(kernels_of<T>(isa)),
      samples_(samples),
      batch_size_(batch_size),
      rows_backend_(one_thread_, isa),
      step_(rows_backend_, network, samples,
            team_execution(team, work_after_first_product(network), kRowsPerPass)),
      lanes_(lanes_of(std::get<CsrView>(samples.x))),
      units_(step_.dense(0).kernel.cols),
      lane_rows_(rows_of_lane(step_.dense(0).kernel.rows)) {
  const std::size_t size = kSumLanes * lane_rows_ * units_;
  // a network that was never compiled has no slots
  memory_.assign(size * (1 + network.slots.size() / network.variables.size()), T(0));
  weights_ = std::span(memory_).first(size);
  slots_ = std::span(memory_).subspan(size);
  skipped_ = {kernels_, network.optimizer, size / units_, units_};
  const auto others = variables_after_first_kernel(network);
  const std::size_t rows = std::min(batch_size, rows_of(samples.x));
  const std::size_t work = (kNonzerosPerRow * rows + kOptimizerStepWork * size / units_) * units_;
  const std::size_t parts =
      team_.threads_for(work + DenseUpdate<T>::cost(others, rows), kMinWorkPerThread);
  for (std::size_t p = 0; p < parts; ++p) {
    Part part{blocks_of(kSumLanes * p / parts, kSumLanes * (p + 1) / parts)};
    std::size_t largest = 0;
    for (const PlaceBlock& block : part.blocks)
      largest = std::max(largest, block.last - block.first);
    part.gradients.assign(largest * units_, T(0));
    parts_.push_back(std::move(part));
  }
  dense_ = {step_, kernels_, others, rows, parts};
  reload();
}

// Whole groups if their gradients fit in a block, and pieces of one group otherwise.
template <class T>
auto TextPlan<T>::blocks_of(std::size_t first_group, std::size_t last_group) const
    -> std::vector<PlaceBlock> {
  const std::size_t lane_bytes = lane_rows_ * units_ * sizeof(T);
  const std::size_t together = std::max<std::size_t>(1, kGradientBytes / lane_bytes);
  std::vector<PlaceBlock> blocks;
  for (std::size_t group = first_group; group < last_group; group += together) {
    const std::size_t end = std::min(last_group, group + together);
    const std::size_t first = group * lane_rows_, rows = (end - group) * lane_rows_;
    const std::size_t pieces = ceil_div(rows * units_ * sizeof(T), kGradientBytes);
    for (std::size_t i = 0; i < pieces; ++i) {
      blocks.push_back(
          {first + rows * i / pieces, first + rows * (i + 1) / pieces, group, end, pieces > 1});
    }
  }
  return blocks;
}

template <class T>
auto TextPlan<T>::lanes_of(const CsrView& matrix) -> Lanes {
  if (!matrix.lanes.empty()) return {matrix.lanes, {}};
  Lanes lanes{{}, LaneLists(matrix.cols)};
  for (std::size_t i = 0; i < matrix.rows; ++i) lanes.built->push_row(matrix.row(i));
  lanes.view = lanes.built->view();
  return lanes;
}

template <class T>
void TextPlan<T>::copy(std::size_t array, bool to_arena) {
  const DenseDescription<T>& first = step_.dense(0);
  const NetworkDescription<T>& network = step_.network();
  T* const arena = array == 0 ? first.kernel.data
                              : network.slots.data() + (array - 1) * network.variables.size();
  T* const lanes = memory_.data() + array * weights_.size();
  const std::size_t inputs = first.kernel.rows;
  for (std::size_t column = 0; column < inputs; ++column) {
    T* const a = arena + column * units_;
    T* const b = lanes + place_of(column, inputs) * units_;
    if (to_arena) {
      std::copy_n(b, units_, a);
    } else {
      std::copy_n(a, units_, b);
    }
  }
}

template <class T>
void TextPlan<T>::sync_weights() {
  if (!weights_synced_) copy(0, true);
  weights_synced_ = true;
}

template <class T>
void TextPlan<T>::sync() {
  sync_weights();
  if (slots_synced_) return;
  skipped_.finish(0, kSumLanes * lane_rows_, slots_.data(), units_);
  for (std::size_t array = 1; array <= slots_.size() / weights_.size(); ++array) copy(array, true);
  slots_synced_ = true;
}

template <class T>
void TextPlan<T>::reload() {
  for (std::size_t array = 0; array <= slots_.size() / weights_.size(); ++array) copy(array, false);
  skipped_.restart(weights_, slots_);
  weights_synced_ = slots_synced_ = true;
}

// With one thread a row's sums stay in registers until they are added; several threads each write
// the sum of one half of the lanes.
template <class T>
void TextPlan<T>::set_first_z(const CsrLanes& lanes) {
  if (step_.dense(0).regularizers.kernel) sync_weights();  // the loss contains the kernel's penalty
  const auto rows = step_.rows();
  const std::size_t n = rows.size();
  const auto bias = step_.dense(0).bias;
  const T* const added = bias.empty() ? nullptr : bias.data();
  LaneProduct<T> product{lanes, rows.data(), {}, units_, units_};
  std::ranges::fill(product.group, weights_.data());
  const std::size_t grain = grain_for(kNonzerosPerRow * units_);
  if (team_.threads_for(n, grain) == 1) {
    kernels_.multiply_lanes(product, LaneHalves::both, added, step_.z_of(0).data, 0, n);
    return;
  }
  halves_.resize(2 * n * units_);
  team_.parallel_for(2 * n, 2 * grain, [&](std::size_t first, std::size_t last) {
    if (first < n) {
      kernels_.multiply_lanes(product, LaneHalves::even, nullptr, halves_.data(), first,
                              std::min(last, n));
    }
    if (last > n) {
      kernels_.multiply_lanes(product, LaneHalves::odd, nullptr, halves_.data() + n * units_,
                              std::max(first, n) - n, last - n);
    }
  });
  team_.parallel_for(n, grain_for(units_), [&](std::size_t first, std::size_t last) {
    kernels_.add_halves(halves_.data(), halves_.data() + n * units_, added, units_, first, last,
                        step_.z_of(0).data);
  });
}

template <class T>
void TextPlan<T>::update_block(Part& part, const PlaceBlock& block, const StepFormula<T>& step) {
  const auto rows = step_.rows();
  LaneProduct<T> product{lanes_.view, rows.data(), {}, units_, units_};
  std::ranges::fill(product.group, part.gradients.data() - block.first * units_);
  LaneRange range{block.first_group, block.last_group};
  if (block.limited) {
    if (block.first == block.first_group * lane_rows_) {  // the group's first block
      part.next.resize(rows.size());
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t row = kSumLanes * static_cast<std::size_t>(rows[i]);
        part.next[i] = lanes_.view.ptr[row + block.first_group];
      }
    }
    range.next = part.next.data();
    range.end_place = block.last;
  }
  kernels_.scatter_lanes(product, range, step_.dz_of(0).data, rows.size());
  const std::size_t at = block.first * units_, n = (block.last - block.first) * units_;
  T* const gradients = part.gradients.data();
  add_penalty_gradient<T>(step_.dense(0).regularizers.kernel, weights_.subspan(at, n),
                          std::span(gradients, n));
  skipped_.pass(step,
                {weights_.data() + at, gradients, slots_.data() + at, weights_.size(), units_,
                 block.last - block.first, units_, gradients},
                block.first);
}

template <class T>
void TextPlan<T>::update_weights() {
  with_step(kernels_, step_.network(), [&](const StepFormula<T>& step) {
    team_.parallel_for(parts_.size(), 1, [&](std::size_t first, std::size_t last) {
      for (std::size_t p = first; p < last; ++p) {
        for (const PlaceBlock& block : parts_[p].blocks) update_block(parts_[p], block, step);
        dense_.run(p, step);
      }
    });
  });
  weights_synced_ = slots_synced_ = false;
}

template <class T>
void TextPlan<T>::train_epoch(std::span<const std::int32_t> order,
                              const BatchObserver<T>& observe) {
  step_.train(
      samples_, order, batch_size_, [this] { set_first_z(lanes_.view); },
      [this] { update_weights(); }, observe);
}

template <class T>
void TextPlan<T>::evaluate(const Samples<T>& samples, std::size_t batch_size,
                           const BatchObserver<T>& observe) {
  const auto* csr = std::get_if<CsrView>(&samples.x);
  if (csr == nullptr) {
    sync_weights();
    return step_.evaluate(samples, batch_size, observe);
  }
  const Lanes lanes = lanes_of(*csr);
  step_.evaluate(samples, batch_size, observe, [&] { set_first_z(lanes.view); });
}

template <class T>
void TextPlan<T>::predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) {
  sync_weights();
  step_.predict(x, batch_size, out);
}

template class TextPlan<float>;
template class TextPlan<double>;

}  // namespace reprise
