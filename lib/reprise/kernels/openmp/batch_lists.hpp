// The nonzeros of a batch as lists of terms for panel_multiply: by row within each range of
// columns, for the forward pass, and by column, for the gradient. One pass over the batch builds
// both. Every list has the room that it could need, so nothing is counted first.
#pragma once

#include <span>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/openmp/compressed_samples.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

template <class T>
class BatchLists {
 public:
  // The rows of a batch are divided into chunks: dz of a chunk and a panel takes 32 KiB.
  static constexpr std::size_t kChunkRows = 128;

  BatchLists(const CompressedSamples<T>& samples, std::vector<std::size_t> bounds,
             std::size_t batch_size);

  // The lists of ranges [first_range, last_range) for the batch with these rows of the samples.
  void build(std::span<const std::int32_t> rows, std::size_t first_range, std::size_t last_range);

  std::size_t ranges() const { return bounds_.size() - 1; }
  std::size_t bound(std::size_t range) const { return bounds_[range]; }
  // Sets terms, begin and end of a product for one chunk: list i belongs to row i of the chunk, or
  // to column i. Offsets of the former count rows from the range's first column on.
  void set_rows(std::size_t chunk, std::size_t range, PanelProduct<T>& product) const;
  void set_columns(std::size_t chunk, PanelProduct<T>& product) const;

 private:
  struct Chunk {
    HugePageVector<PanelTerm<T>> by_row, by_column;
    std::vector<std::uint32_t> row_bounds, column_end;
  };

  void build(Chunk& chunk, std::span<const std::int32_t> rows, std::size_t first_range,
             std::size_t last_range) const;

  const CompressedSamples<T>& samples_;
  std::vector<std::size_t> bounds_;
  std::size_t chunk_rows_;
  std::vector<std::uint32_t> column_begin_;
  std::vector<Chunk> chunks_;
};

}  // namespace reprise
