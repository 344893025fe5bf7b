// Dense samples of which most values are 0, such as the MNIST digits with 19 % nonzeros: the
// nonzeros of each row with 16-bit columns, converted in one pass.
//
// A row is one piece of memory: the positions where it passes from one range of columns to the
// next, the values, their columns. So the rows of a shuffled batch come from memory in runs of
// 900 bytes, not of 3 KiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

// The share of nonzeros in up to 256 rows, evenly spread.
template <class T>
double share_of_nonzeros(MatrixView<const T> x);

template <class T>
class CompressedSamples {
 public:
  static constexpr std::size_t kMaxColumns = 65535;  // positions in a row have 16 bits

  // Range r has the columns [bounds[r], bounds[r + 1]).
  CompressedSamples(Team& team, const IsaKernels<T>& kernels, MatrixView<const T> x,
                    std::span<const std::size_t> bounds);

  // Whether no value is infinite or NaN.
  bool are_finite() const { return finite_; }
  // The nonzeros in range r of a row are values[k], columns[k] for k in [starts[r], starts[r + 1]).
  struct Row {
    const std::uint16_t* starts;
    const T* values;
    const std::uint16_t* columns;
  };
  Row row(std::size_t i) const {
    const std::byte* const at = rows_[i];
    const auto* const starts = reinterpret_cast<const std::uint16_t*>(at);
    const auto* const values = reinterpret_cast<const T*>(at + header_bytes_);
    return {starts, values, reinterpret_cast<const std::uint16_t*>(values + starts[ranges_])};
  }
  // Fetches a row that is needed soon.
  void prefetch(std::size_t i) const {
    for (const std::byte* at = rows_[i]; at < rows_[i] + expected_bytes_; at += 64) {
      __builtin_prefetch(at);
    }
  }

 private:
  using Memory = HugePageVector<std::byte>;
  // Converts row i to memory at `to` and returns the end.
  std::byte* convert(const IsaKernels<T>& kernels, std::span<const T> row,
                     std::span<const std::size_t> bounds, std::uint16_t* columns,
                     std::byte* to) const;

  std::size_t ranges_, header_bytes_, expected_bytes_ = 0;
  std::vector<const std::byte*> rows_;
  std::mutex mutex_;  // of the following
  bool finite_ = true;
  std::vector<Memory> memory_;
};

}  // namespace reprise
