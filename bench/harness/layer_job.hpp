// The parts of a training step of one dense layer on one batch.
#pragma once

#include <memory>

#include "bench/harness/job.hpp"
#include "bench/harness/samples.hpp"

namespace reprise::bench {

enum class LayerPart {
  forward,           // z = x kernel + bias
  fused,             // y = activation(x kernel + bias) by the backend's plan, which may fuse it
  backward_data,     // dx = dz kernel^T
  backward_weights,  // dkernel = x^T dz, dbias
  step,              // forward, backward_weights and, except in a first layer, backward_data
};

// A first layer gets its samples from `store`. All other values are random but the same on every
// machine. `sparse`: x is a binary CSR matrix. `magnitudes`: see MakeJob.
template <class T>
std::unique_ptr<Job<T>> make_layer_job(SampleStore& store, const LayerCase& layer, LayerPart part,
                                       bool sparse, bool magnitudes);

}  // namespace reprise::bench
