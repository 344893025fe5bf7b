// The elements of a binary sparse matrix in the order in which narrow products add them.
//
// A row of the product is a sum over the ones of a row. It is taken in four lanes, so that four
// additions can be under way at the same time and two or four threads can each own the weights of
// some lanes: a one in column c belongs to lane c % 4, each lane adds its terms in ascending order,
// and the result is (lane 0 + lane 2) + (lane 1 + lane 3). Four lanes take 1.2 times the loads of
// one, since the lanes of a row are not equally long; eight would take 1.3 times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"

namespace reprise {

inline constexpr std::size_t kSumLanes = 4;
// The lanes in the order in which a row stores them, so that both halves of the sum are contiguous.
// The order is its own inverse: it also says which group a lane is in.
inline constexpr std::size_t kLaneOrder[kSumLanes] = {0, 2, 1, 3};

// Products with more columns add all terms in ascending order: they compute a range of inputs for
// all rows of a batch before they go to the next one (openmp/sparse_first_layer.hpp).
inline constexpr std::size_t kMostLaneColumns = 64;

// The rows of a matrix's lanes, one lane after another: the place of column c in a matrix whose
// rows are grouped by lanes.
inline std::size_t rows_of_lane(std::size_t cols) { return (cols + kSumLanes - 1) / kSumLanes; }
inline std::size_t place_of(std::size_t column, std::size_t cols) {
  return kLaneOrder[column % kSumLanes] * rows_of_lane(cols) + column / kSumLanes;
}

// Group g of row i (lane kLaneOrder[g]) has the places at ptr[4 i + g] to ptr[4 i + g + 1] - 1 of
// `places16`, or of `places32` if some place needs more than 16 bits. In 16 bits a forward pass
// over the reviews takes .83 of the time.
struct CsrLanes {
  const std::int64_t* ptr = nullptr;
  const std::uint16_t* places16 = nullptr;
  const std::int32_t* places32 = nullptr;

  bool empty() const { return ptr == nullptr; }
  CsrLanes from_row(std::size_t first) const {
    return {empty() ? nullptr : ptr + kSumLanes * first, places16, places32};
  }
};

class LaneLists {
 public:
  explicit LaneLists(std::size_t cols)
      : cols_(cols), narrow_(kSumLanes * rows_of_lane(cols) <= std::size_t{1} << 16) {}

  // Makes room for rows and elements, so that appending them does not move the arrays.
  void reserve(std::size_t rows, std::size_t elements) {
    ptr_.reserve(kSumLanes * rows + 1);
    if (narrow_) {
      places16_.reserve(elements);
    } else {
      places32_.reserve(elements);
    }
  }
  // Appends a row with ones in these columns, which ascend.
  void push_row(std::span<const std::int32_t> columns) {
    if (narrow_) {
      push(columns, places16_);
    } else {
      push(columns, places32_);
    }
  }
  std::size_t rows() const { return (ptr_.size() - 1) / kSumLanes; }
  CsrLanes view() const {
    return {ptr_.data(), narrow_ ? places16_.data() : nullptr,
            narrow_ ? nullptr : places32_.data()};
  }

 private:
  template <class Place>
  void push(std::span<const std::int32_t> columns, HugePageVector<Place>& places) {
    std::size_t next[kSumLanes] = {};  // by lane, where its next place is written
    for (const std::int32_t column : columns) ++next[static_cast<std::size_t>(column) % kSumLanes];
    const std::size_t before = places.size();
    places.resize(before + columns.size());
    std::size_t at = before;
    for (const std::size_t lane : kLaneOrder) {
      const std::size_t size = next[lane];
      next[lane] = at;
      at += size;
      ptr_.push_back(static_cast<std::int64_t>(at));
    }
    for (const std::int32_t column : columns) {
      const auto c = static_cast<std::size_t>(column);
      places[next[c % kSumLanes]++] = static_cast<Place>(place_of(c, cols_));
    }
  }

  std::size_t cols_;
  bool narrow_;
  std::vector<std::int64_t> ptr_{0};
  HugePageVector<std::uint16_t> places16_;
  HugePageVector<std::int32_t> places32_;
};

}  // namespace reprise
