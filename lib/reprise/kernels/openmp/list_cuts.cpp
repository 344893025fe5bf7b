#include "reprise/kernels/openmp/list_cuts.hpp"

#include <algorithm>

namespace reprise {

ListCuts::ListCuts(const CsrBatch& batch, std::span<const std::size_t> bounds)
    : ones_(batch.matrix.columns), step_(bounds.size()) {
  cuts_.reserve(batch.rows.size() * step_);
  for (const std::int32_t row : batch.rows) {
    const auto ones = batch.matrix.row(static_cast<std::size_t>(row));
    auto at = ones.begin();
    for (const std::size_t bound : bounds) {
      at = std::lower_bound(at, ones.end(), static_cast<std::int32_t>(bound));
      cuts_.push_back(ones.data() + (at - ones.begin()) - ones_);
    }
  }
}

}  // namespace reprise
