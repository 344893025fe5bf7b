// What a benchmark times: a piece of work that every backend can do and whose results can be
// compared.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/cold.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/kernels/backend.hpp"

namespace reprise::bench {

// The work of one run.
struct Work {
  double flops = 0;       // additions and multiplications; a binary sparse layer only adds
  double bytes = 0;       // each operand counted once, as a perfect cache would move it
  std::size_t terms = 0;  // of the longest sum
};

template <class T>
class Job {
 public:
  virtual ~Job() = default;
  virtual void run(Backend<T>& backend) = 0;
  virtual Work work() const = 0;
  // The results of the last run. Those of a job's first run differ between backends only by
  // rounding.
  virtual std::vector<std::span<const T>> outputs() const = 0;
  // All memory that a run reads or writes, outputs included. A run with cold caches flushes it.
  virtual Memory memory() const = 0;
};

// Appends the memory of a matrix; of a sparse one the row pointers and column indices.
template <class T>
void add_memory(Memory& memory, const Matrix<T>& matrix) {
  memory.push_back(std::as_bytes(matrix.view().flat()));
}
void add_memory(Memory& memory, const CsrView& csr);

// Makes a job. With `magnitudes` all factors are replaced by their absolute values. The outputs are
// then the sums of the products' magnitudes, which bound how much the order of summation can change
// a result.
template <class T>
using MakeJob = std::function<std::unique_ptr<Job<T>>(bool magnitudes)>;

// A primitive of the backends on one case.
struct PrimitiveBenchmark {
  std::string operation;       // "dense_forward"
  std::string case_name;       // "imdb_1"
  std::string_view primitive;  // one of kOperations; its claims (kernels/list.hpp) are verified
  std::string_view data;       // "real", "stand-in", "random"
  MakeJob<float> make_float;
  MakeJob<double> make_double;
  // What backends time instead that have no kernel of their own for `primitive`, or null. The
  // results are the same, so the reference computes this benchmark for both.
  std::shared_ptr<const PrimitiveBenchmark> otherwise = nullptr;
  std::string remark = "";  // for the label

  template <class T>
  const MakeJob<T>& make() const {
    if constexpr (std::is_same_v<T, float>) {
      return make_float;
    } else {
      return make_double;
    }
  }
};

// Returns "" if `got` equals `wanted`, else a line about the first element that differs. Without
// `bounds` the results must be bit-identical. With them element i may differ by
// 2 (terms + 1) (epsilon bounds[i] + smallest normal number), as in tests/kernels/backend_test.cpp.
template <class T>
std::string difference(const std::vector<std::span<const T>>& got,
                       const std::vector<std::span<const T>>& wanted,
                       const std::vector<std::span<const T>>& bounds, std::size_t terms);

// Returns the CRC-32 of the bytes of all results.
template <class T>
std::uint32_t digest_of(const std::vector<std::span<const T>>& results);

}  // namespace reprise::bench
