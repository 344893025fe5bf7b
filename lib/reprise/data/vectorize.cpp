#include "reprise/data/vectorize.hpp"

#include <fmt/format.h>

#include <bit>
#include <vector>

#include "reprise/core/error.hpp"

namespace reprise {

Csr multi_hot(const Sequences& sequences, std::size_t dimension) {
  Csr ones(dimension);
  // A set of bits sorts the words and removes the duplicates at once.
  std::vector<std::uint64_t> seen((dimension + 63) / 64);
  std::vector<std::int32_t> columns;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    for (const std::int32_t index : sequences[i]) {
      if (index < 0 || static_cast<std::size_t>(index) >= dimension) {
        throw Error(fmt::format("multi_hot: sequence {} holds {}, expected an index below {}", i,
                                index, dimension));
      }
      seen[static_cast<std::size_t>(index) / 64] |= std::uint64_t{1} << (index % 64);
    }
    columns.clear();
    for (std::size_t word = 0; word < seen.size(); ++word) {
      for (std::uint64_t bits = seen[word]; bits != 0; bits &= bits - 1) {
        columns.push_back(static_cast<std::int32_t>(word * 64) + std::countr_zero(bits));
      }
      seen[word] = 0;
    }
    ones.push_row(columns);
  }
  return ones;
}

Matrix<float> as_column(std::span<const std::int64_t> labels) {
  Matrix<float> column(labels.size(), 1);
  for (std::size_t i = 0; i < labels.size(); ++i) column(i, 0) = static_cast<float>(labels[i]);
  return column;
}

}  // namespace reprise
