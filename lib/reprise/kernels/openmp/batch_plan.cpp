#include "reprise/kernels/openmp/batch_plan.hpp"

#include <algorithm>
#include <numeric>

#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/penalties.hpp"
#include "reprise/kernels/rules/optimizer_list.hpp"

namespace reprise {

namespace {

// So many rows go through all layers together: of 64 units in float 32 KiB a layer, and twice as
// many took 1.02 times, half as many 1.03 times the time on Reuters.
constexpr std::size_t kRowsTogether = 128;
// A block's gradients, weights and slots share a second-level cache of 512 KiB.
constexpr std::size_t kBlockBytes = 512 << 10;

// Multiply-adds of one row of a batch, forward and backward.
template <class T>
std::size_t work_of_row(const NetworkDescription<T>& network, const Inputs<T>& x) {
  std::size_t work = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&network.layers[l]);
    if (dense == nullptr) continue;
    const bool sparse = l == 0 && std::holds_alternative<CsrView>(x);
    work += (sparse ? kOnesOfARow : 2 * dense->kernel.rows) * dense->kernel.cols;
    work += kWorkOfExp * dense->kernel.cols;
  }
  return work;
}

// How many rows hold a one in each column.
std::vector<std::size_t> ones_of_columns(const CsrView& x) {
  std::vector<std::size_t> ones(x.cols);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (const std::int32_t column : x.row(i)) ++ones[static_cast<std::size_t>(column)];
  }
  return ones;
}

}  // namespace

template <class T>
bool BatchPlan<T>::suits(const NetworkDescription<T>& network) {
  return std::visit(
      [](const auto& p) {
        return !p.clipnorm && !p.global_clipnorm && !p.clipvalue && !p.weight_decay;
      },
      network.optimizer);
}

template <class T>
BatchPlan<T>::BatchPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
                        const Samples<T>& samples, std::size_t batch_size)
    : OneThread<T>(isa),
      StepwisePlan<T>(OneThread<T>::backend, network, samples, batch_size),
      team_(team),
      kernels_(kernels_of<T>(isa)),
      work_of_row_(work_of_row(network, samples.x)) {
  make_blocks(samples);
}

template <class T>
void BatchPlan<T>::for_rows(const std::function<void(Rows)>& body) {
  team_.parallel_for(this->batch().size(), grain_for(work_of_row_), [&](auto first, auto last) {
    for (std::size_t i = first; i < last; i += kRowsTogether) {
      body({i, std::min<std::size_t>(i + kRowsTogether, last)});
    }
  });
}

// The cost of a kernel's row: a step of the optimizer for each weight, and what its gradient takes.
// Blocks end where that of all before them reaches another share of the whole.
template <class T>
void BatchPlan<T>::make_blocks(const Samples<T>& samples) {
  const NetworkDescription<T>& network = this->network();
  const auto* csr = std::get_if<CsrView>(&samples.x);
  const std::vector<std::size_t> ones =
      csr != nullptr ? ones_of_columns(*csr) : std::vector<std::size_t>();
  const std::size_t samples_all = std::max<std::size_t>(rows_of(samples.x), 1);
  const std::size_t batch = std::min(this->batch_size(), samples_all);
  const auto cost_of_row = [&](const Segment& s, std::size_t row) {
    const bool sparse = s.layer == 0 && !s.is_bias && csr != nullptr;
    // in a dense product a register's sum takes many terms: about four to the cost of one here
    const std::size_t terms = sparse ? ones[row] * batch / samples_all : batch / 4;
    return s.width * (terms + kWorkOfStep);
  };
  std::vector<Segment> variables;
  std::size_t cost = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&network.layers[l]);
    if (dense == nullptr) continue;
    variables.push_back({l, false, 0, dense->kernel.rows, dense->kernel.cols});
    if (!dense->bias.empty()) variables.push_back({l, true, 0, 1, dense->kernel.cols});
  }
  for (const Segment& s : variables) {
    for (std::size_t row = 0; row < s.last_row; ++row) cost += cost_of_row(s, row);
  }
  parts_ = team_.threads_for(cost, kWorthARegion);
  const std::size_t bytes = network.variables.size() * sizeof(T);
  const std::size_t number = parts_ * pieces_of(bytes, parts_ * kBlockBytes);

  std::vector<std::size_t> bounds;  // of the first layer's segments
  std::size_t so_far = 0, at = 0;
  blocks_.push_back({0, 0, {}});
  for (const Segment& variable : variables) {
    const bool sparse = variable.layer == 0 && !variable.is_bias && csr != nullptr;
    for (std::size_t row = 0; row < variable.last_row;) {
      Segment segment = variable;
      segment.first_row = row;
      while (row < variable.last_row && so_far * number < cost * blocks_.size()) {
        so_far += cost_of_row(variable, row++);
      }
      segment.last_row = row;
      segment.range = bounds.size();
      at += (segment.last_row - segment.first_row) * segment.width;
      blocks_.back().last = at;
      if (segment.last_row > segment.first_row) {
        if (sparse) bounds.push_back(segment.first_row);
        blocks_.back().segments.push_back(segment);
      }
      if (so_far * number >= cost * blocks_.size()) blocks_.push_back({at, at, {}});
    }
  }
  if (blocks_.back().segments.empty()) blocks_.pop_back();
  if (!bounds.empty()) {
    bounds.push_back(csr->cols);
    std::vector<std::int32_t> all(csr->rows);
    std::iota(all.begin(), all.end(), 0);
    cuts_ = ListCuts({*csr, all}, bounds);
  }
  std::size_t largest = 0;
  for (const Block& block : blocks_) largest = std::max(largest, block.last - block.first);
  scratch_.resize(parts_);
  for (Scratch& scratch : scratch_) scratch.gradients.resize(largest);
}

template <class T>
void BatchPlan<T>::set_kernel_gradients(const Segment& s, Scratch& scratch, T* out) const {
  const MatrixView<const T> dz = this->dz_of(s.layer);
  const Inputs<T> x = this->input_of(s.layer);
  const auto batch = this->batch();
  const std::size_t rows = s.last_row - s.first_row;
  if (const auto* dense = std::get_if<MatrixView<const T>>(&x)) {
    const Product<T> product{rows, s.width,     dz.rows, dense->data + s.first_row,
                             1,    dense->cols, dz.data, s.width,
                             1,    out,         nullptr};
    kernels_.product(product, {0, rows, 0, s.width});
  } else if (s.width >= kWide<T>) {
    scratch.columns.turn(cuts_.range(s.range), batch, batch.size(), s.first_row, s.last_row);
    kernels_.sum_listed_rows(scratch.columns.lists(), nullptr, dz.data, s.width, nullptr, out,
                             {0, rows, 0, s.width});
  } else {
    std::fill(out, out + rows * s.width, T(0));
    kernels_.add_to_listed_rows(cuts_.range(s.range), batch.data(), batch.size(), dz.data, s.width,
                                out - s.first_row * s.width);
  }
}

template <class T>
void BatchPlan<T>::set_gradients(const Block& block, Scratch& scratch) const {
  T* out = scratch.gradients.data();
  for (const Segment& s : block.segments) {
    const auto& dense = std::get<DenseDescription<T>>(this->network().layers[s.layer]);
    const std::size_t size = (s.last_row - s.first_row) * s.width;
    const std::span<T> gradients(out, size);
    if (s.is_bias) {
      const MatrixView<const T> dz = this->dz_of(s.layer);
      kernels_.sum_rows(dz.data, dz.rows, dz.cols, 0, dz.cols, out);
      add_penalty_gradient<T>(dense.regularizers.bias, dense.bias, gradients);
    } else {
      set_kernel_gradients(s, scratch, out);
      add_penalty_gradient<T>(dense.regularizers.kernel,
                              dense.kernel.flat().subspan(s.first_row * s.width, size), gradients);
    }
    out += size;
  }
}

template <class T>
void BatchPlan<T>::update_weights() {
  const NetworkDescription<T>& network = this->network();
  with_formula<T>(network.optimizer, network.state->step, [&](const auto& formula) {
    using Formula = std::remove_cvref_t<decltype(formula)>;
    const auto pass = kernels_.optimizer_pass[Formulas<T>::template index<Formula>()];
    team_.parallel_for(parts_, 1, [&](auto first_part, auto last_part) {
      for (std::size_t part = first_part; part < last_part; ++part) {
        Scratch& scratch = scratch_[part];
        const std::size_t all = blocks_.size();
        for (std::size_t b = all * part / parts_; b < all * (part + 1) / parts_; ++b) {
          const Block& block = blocks_[b];
          set_gradients(block, scratch);
          pass(&formula, {network.variables.data() + block.first, scratch.gradients.data(),
                          network.slots.data() + block.first, network.variables.size(), 0,
                          block.last - block.first});
        }
      }
    });
  });
}

template class BatchPlan<float>;
template class BatchPlan<double>;

}  // namespace reprise
