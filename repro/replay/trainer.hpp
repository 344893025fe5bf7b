// One network being trained or evaluated: forward, loss, backward, update, batch by batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "repro/replay/model.hpp"
#include "repro/replay/samples.hpp"
#include "repro/replay/training.hpp"

namespace reprise::replay {

// S: Sums<A, Descending> of arithmetic.hpp; instantiated for its four.
template <class S>
class Trainer {
 public:
  using A = typename S::Accumulator;

  explicit Trainer(Network& network);

  // The loss with penalties and the mean metric of a batch, with the weights as they stand.
  struct BatchScores {
    float loss, metric;
  };
  // A step of training on some rows.
  BatchScores train(const Samples& samples, std::span<const std::int32_t> rows);
  BatchScores test(const Samples& samples, std::span<const std::int32_t> rows);
  // The penalties of all kernels; test() takes what was computed last.
  void measure_penalties();

 private:
  // What a batch leaves at a layer: outputs (rows x units) and what comes back to them.
  struct Trace {
    std::size_t units = 0;
    std::vector<float> y, dy, keep;
    std::vector<A> kernel_sums, bias_sums, dz;
    std::vector<float> transposed;
  };

  void forward(const Samples& samples, std::span<const std::int32_t> rows, bool training);
  void dense_forward(std::size_t i, const Samples& samples, std::span<const std::int32_t> rows);
  void dropout_forward(std::size_t i, std::size_t rows);
  BatchScores score(const Samples& samples, std::span<const std::int32_t> rows, bool gradient);
  void backward(const Samples& samples, std::span<const std::int32_t> rows);
  void dense_backward(std::size_t i, const Samples& samples, std::span<const std::int32_t> rows);
  void update();

  // Row b of what enters layer i, where that is dense.
  std::span<const float> input_row(std::size_t i, const Samples& samples,
                                   std::span<const std::int32_t> rows, std::size_t b) const;

  Network& network_;
  std::vector<Trace> traces_;
  std::vector<float> penalties_;
};

}  // namespace reprise::replay
