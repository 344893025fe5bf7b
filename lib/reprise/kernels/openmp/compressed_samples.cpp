#include "reprise/kernels/openmp/compressed_samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "reprise/kernels/openmp/work.hpp"

namespace reprise {

namespace {

constexpr std::size_t kAlignment = 8;
constexpr std::size_t kChunkBytes = 8 << 20;
constexpr std::size_t kSlack = 16;  // values that IsaKernels::compress may write past the end

// Without a branch, so that the compiler vectorises it.
template <class T>
bool all_finite(std::span<const T> values) {
  int others = 0;
  for (const T value : values) others |= !(std::abs(value) <= std::numeric_limits<T>::max());
  return others == 0;
}

std::size_t aligned(std::size_t bytes) { return ceil_div(bytes, kAlignment) * kAlignment; }

}  // namespace

template <class T>
double share_of_nonzeros(MatrixView<const T> x) {
  constexpr std::size_t kRows = 256;
  const std::size_t rows = std::min(x.rows, kRows);
  std::size_t nonzeros = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    nonzeros += static_cast<std::size_t>(
        std::ranges::count_if(x.row(i * x.rows / rows), [](T value) { return value != T(0); }));
  }
  return static_cast<double>(nonzeros) /
         static_cast<double>(std::max<std::size_t>(1, rows * x.cols));
}

template <class T>
CompressedSamples<T>::CompressedSamples(Team& team, const IsaKernels<T>& kernels,
                                        MatrixView<const T> x, std::span<const std::size_t> bounds)
    : ranges_(bounds.size() - 1),
      header_bytes_(aligned(bounds.size() * sizeof(std::uint16_t))),
      rows_(x.rows) {
  constexpr std::size_t kGrain = 64;  // rows per thread, at least
  const std::size_t longest =
      header_bytes_ + aligned((x.cols + kSlack) * (sizeof(T) + sizeof(std::uint16_t)));
  std::vector<std::size_t> used(x.rows);
  team.parallel_for(x.rows, kGrain, [&](std::size_t first, std::size_t last) {
    std::vector<Memory> own;
    std::vector<std::uint16_t> columns(x.cols + kSlack);
    std::byte *at = nullptr, *end = nullptr;
    bool finite = true;
    for (std::size_t i = first; i < last; ++i) {
      if (at == nullptr || at + longest > end) {
        own.emplace_back(std::min((last - i) * longest, std::max(kChunkBytes, longest)));
        at = own.back().data();
        end = at + own.back().size();
      }
      rows_[i] = at;
      at = convert(kernels, x.row(i), bounds, columns.data(), at);
      const Row row = this->row(i);
      finite = finite && all_finite(std::span(row.values, row.starts[ranges_]));
      used[i] = static_cast<std::size_t>(at - rows_[i]);
    }
    const std::lock_guard lock(mutex_);
    finite_ = finite_ && finite;
    std::ranges::move(own, std::back_inserter(memory_));
  });
  std::size_t all = 0;
  for (const std::size_t bytes : used) all += bytes;
  expected_bytes_ = all / std::max<std::size_t>(1, x.rows);
}

template <class T>
std::byte* CompressedSamples<T>::convert(const IsaKernels<T>& kernels, std::span<const T> row,
                                         std::span<const std::size_t> bounds,
                                         std::uint16_t* columns, std::byte* to) const {
  auto* const starts = reinterpret_cast<std::uint16_t*>(to);
  auto* const values = reinterpret_cast<T*>(to + header_bytes_);
  std::size_t n = 0;
  starts[0] = 0;
  for (std::size_t r = 0; r < ranges_; ++r) {
    n += kernels.compress(row.data() + bounds[r], bounds[r + 1] - bounds[r], bounds[r], values + n,
                          columns + n);
    starts[r + 1] = static_cast<std::uint16_t>(n);
  }
  std::memcpy(values + n, columns, n * sizeof(std::uint16_t));
  return to + header_bytes_ + aligned(n * (sizeof(T) + sizeof(std::uint16_t)));
}

template double share_of_nonzeros(MatrixView<const float>);
template double share_of_nonzeros(MatrixView<const double>);
template class CompressedSamples<float>;
template class CompressedSamples<double>;

}  // namespace reprise
