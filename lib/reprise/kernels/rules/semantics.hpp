// Which Keras a number belongs to: a named set of rules. A result means nothing without it.
#pragma once

#include <string_view>
#include <vector>

namespace reprise {

struct Semantics {
  std::string_view name;
  // Keras 3 outside TensorFlow averages over the last axis in float32 even when all else is float64
  // (backend/common/dtypes.py BIT64_TO_BIT32_DTYPE, backend/jax/numpy.py mean): a sample's loss is
  // rounded on its way to the sum, and the gradient 1/batch on its way back.
  bool float32_means_in_float64 = false;
};

// All sets; the first is the default. The older ones come with the sections that need them.
inline const std::vector<Semantics>& all_semantics() {
  static const std::vector<Semantics> sets{{"keras-3.15", true}};
  return sets;
}

}  // namespace reprise
