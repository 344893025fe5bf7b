#include "reprise/kernels/openmp/csr_ranges.hpp"

#include <algorithm>

#include "reprise/kernels/openmp/work.hpp"

namespace reprise {

namespace {

// Writes how many elements of the row lie below each bound but the first. A range has few elements
// of a row, so a linear search is faster than a binary one.
void count_below(std::span<const std::int32_t> row, std::span<const std::size_t> bounds,
                 std::uint32_t* out) {
  std::uint32_t k = 0;
  for (std::size_t r = 1; r < bounds.size(); ++r) {
    while (k < row.size() && static_cast<std::size_t>(row[k]) < bounds[r]) ++k;
    *out++ = k;
  }
}

}  // namespace

std::vector<std::size_t> nonzeros_per_column(const CsrView& matrix) {
  std::vector<std::size_t> entries(matrix.cols);
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    for (const std::int32_t column : matrix.row(i)) ++entries[static_cast<std::size_t>(column)];
  }
  return entries;
}

void CsrRanges::build(Team& team, const CsrView& matrix, std::span<const std::int32_t> rows,
                      std::span<const std::size_t> bounds) {
  rows_ = rows.size();
  bounds_.assign(bounds.begin(), bounds.end());
  const std::size_t ranges = bounds.size() - 1;
  row_ptr_.resize(ranges * rows_ + 1);
  below_.resize(ranges * rows_);
  const auto row = [&](std::size_t i) { return matrix.row(static_cast<std::size_t>(rows[i])); };
  const std::size_t grain = grain_for(kNonzerosPerRow);
  team.parallel_for(rows_, grain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) count_below(row(i), bounds, &below_[i * ranges]);
  });
  std::int64_t all = 0;
  for (std::size_t r = 0; r < ranges; ++r) {
    for (std::size_t i = 0; i < rows_; ++i) {
      row_ptr_[r * rows_ + i] = all;
      all += below_[i * ranges + r] - (r > 0 ? below_[i * ranges + r - 1] : 0);
    }
  }
  row_ptr_.back() = all;
  col_idx_.resize(std::max(col_idx_.size(), static_cast<std::size_t>(all)));
  team.parallel_for(rows_, grain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const std::int32_t* next = row(i).data();
      for (std::size_t r = 0; r < ranges; ++r) {
        const std::size_t list = r * rows_ + i;
        for (auto k = row_ptr_[list]; k < row_ptr_[list + 1]; ++k) {
          col_idx_[static_cast<std::size_t>(k)] = *next++;
        }
      }
    }
  });
}

}  // namespace reprise
