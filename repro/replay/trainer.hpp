// Trains or evaluates one network batch by batch: forward, loss, backward, update.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "repro/replay/arithmetic.hpp"
#include "repro/replay/model.hpp"
#include "repro/replay/samples.hpp"

namespace reprise::replay {

// S is one of the four Sums<A, Descending> of arithmetic.hpp.
template <class S>
class Trainer {
 public:
  using A = typename S::Accumulator;

  explicit Trainer(Network& network);

  // The loss, including penalties, and the mean metric of a batch, with the current weights.
  struct BatchScores {
    float loss, metric;
  };
  // Runs one training step on these rows.
  BatchScores train(const Samples& samples, std::span<const std::int32_t> rows);
  BatchScores test(const Samples& samples, std::span<const std::int32_t> rows);
  // Computes the penalties of all kernels. test() uses those that were computed last.
  void measure_penalties();

 private:
  // The buffers of one layer for one batch: outputs and their gradients (rows x units).
  struct LayerBuffers {
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

  // Returns row b of the input of layer i; that input is dense.
  std::span<const float> input_row(std::size_t i, const Samples& samples,
                                   std::span<const std::int32_t> rows, std::size_t b) const;

  Network& network_;
  std::vector<LayerBuffers> buffers_;
  std::vector<float> penalties_;
};

}  // namespace reprise::replay
