// What a row times: a piece of work that any backend can do, with its results to be compared.
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

// Of one run. `flops`: additions and multiplications, of a sparse layer its additions. `bytes`:
// each operand read or written once; what a perfect cache would move. `terms`: of the longest sum.
struct Work {
  double flops = 0;
  double bytes = 0;
  std::size_t terms = 0;
};

template <class T>
class Job {
 public:
  virtual ~Job() = default;
  virtual void run(Backend<T>& backend) = 0;
  virtual Work work() const = 0;
  // What the last run wrote. The first run of a job writes the same on every backend, but for
  // rounding.
  virtual std::vector<std::span<const T>> outputs() const = 0;
  // All that a run reads or writes, outputs included: what cold rows find in no cache.
  virtual Memory memory() const = 0;
};

// Adds what a matrix holds, or a sparse one's starts and columns.
template <class T>
void add_memory(Memory& memory, const Matrix<T>& matrix) {
  memory.push_back(std::as_bytes(matrix.view().flat()));
}
void add_memory(Memory& memory, const CsrView& words);

// `magnitudes`: the same job on the magnitudes of all factors. Its outputs, the sums of the
// products' magnitudes, bound how far two orders of summation can be apart.
template <class T>
using MakeJob = std::function<std::unique_ptr<Job<T>>(bool magnitudes)>;

struct Row {
  std::string operation;       // "dense_forward"
  std::string case_name;       // "imdb_1"
  std::string_view primitive;  // of kOperations: whose claims hold for the results
  std::string_view data;       // "real", "stand-in", "random"
  MakeJob<float> make_float;
  MakeJob<double> make_double;

  template <class T>
  const MakeJob<T>& make() const {
    if constexpr (std::is_same_v<T, float>) {
      return make_float;
    } else {
      return make_double;
    }
  }
};

// "" if `got` equals `wanted`, else a line about the first element that differs. Without `bounds`
// every bit has to be the same; with them element i may be off by
// 2 (terms + 1) (epsilon bounds[i] + smallest normal number), as in tests/kernels/backend_test.cpp.
template <class T>
std::string difference(const std::vector<std::span<const T>>& got,
                       const std::vector<std::span<const T>>& wanted,
                       const std::vector<std::span<const T>>& bounds, std::size_t terms);

// CRC-32 of the bytes of all results.
template <class T>
std::uint32_t digest_of(const std::vector<std::span<const T>>& results);

}  // namespace reprise::bench
