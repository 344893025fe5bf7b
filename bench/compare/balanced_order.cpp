#include "bench/compare/balanced_order.hpp"

#include <algorithm>

namespace reprise::compare {

std::vector<std::vector<std::size_t>> williams_design(std::size_t treatments) {
  const std::size_t k = treatments;
  std::vector<std::vector<std::size_t>> sequences;
  if (k == 0) return sequences;
  // 0, 1, k-1, 2, k-2, ...: for even k all differences of neighbours are distinct modulo k
  std::vector<std::size_t> zigzag;
  for (std::size_t i = 0; i < k; ++i) zigzag.push_back(i % 2 == 1 ? (i + 1) / 2 : (k - i / 2) % k);
  for (std::size_t shift = 0; shift < k; ++shift) {
    std::vector<std::size_t> sequence;
    for (const std::size_t z : zigzag) sequence.push_back((z + shift) % k);
    sequences.push_back(sequence);
    if (k % 2 == 1) {
      std::ranges::reverse(sequence);
      sequences.push_back(sequence);
    }
  }
  return sequences;
}

}  // namespace reprise::compare
