// The work of one dense layer on one batch, part by part.
#pragma once

#include <memory>

#include "bench/harness/job.hpp"
#include "bench/harness/samples.hpp"

namespace reprise::bench {

enum class LayerPart {
  forward,           // z = x kernel + bias
  fused,             // y = activation(z), as the backend's plan predicts: fused where it can
  backward_data,     // dx = dz kernel^T
  backward_weights,  // dkernel = x^T dz, dbias
  step,              // all that training needs of the layer: forward, both backwards; of a first
                     // layer no dx
};

// Samples of a first layer come from `store`, everything else is random but the same everywhere.
// `sparse`: x as binary CSR.
template <class T>
std::unique_ptr<Job<T>> make_layer_job(SampleStore& store, const LayerCase& layer, LayerPart part,
                                       bool sparse, bool magnitudes);

}  // namespace reprise::bench
