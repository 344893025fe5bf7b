#include "reprise/kernels/openmp/columns.hpp"

namespace reprise {

// A counting sort: starts_[c + 1] first counts, then says where column first + c goes on.
void ColumnLists::turn(const Lists& lists, std::span<const std::int32_t> rows, std::size_t n,
                       std::size_t first, std::size_t last) {
  const auto each_one = [&](auto&& use) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t list = rows.empty() ? i : static_cast<std::size_t>(rows[i]);
      for (std::int64_t k = lists.begin(list); k < lists.end(list); ++k) {
        use(i, static_cast<std::size_t>(lists.ones[k]) - first);
      }
    }
  };
  starts_.assign(last - first + 2, 0);
  each_one([&](std::size_t, std::size_t c) { ++starts_[c + 2]; });
  for (std::size_t c = 2; c < starts_.size(); ++c) starts_[c] += starts_[c - 1];
  rows_.resize(static_cast<std::size_t>(starts_.back()));
  each_one([&](std::size_t i, std::size_t c) {
    rows_[static_cast<std::size_t>(starts_[c + 1]++)] = static_cast<std::int32_t>(i);
  });
}

}  // namespace reprise
