// Metrics: one value a sample, averaged by fit and evaluate (keras/src/metrics, Keras 3.15.1).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>

namespace reprise {

// (prediction > .5) == target, averaged over the last axis; the threshold itself counts as 0.
struct BinaryAccuracy {
  static constexpr std::string_view name = "accuracy";
  template <class T>
  static T value(std::span<const T> target, std::span<const T> prediction) {
    T sum = 0;
    for (std::size_t j = 0; j < target.size(); ++j) {
      const T decision = prediction[j] > T(0.5) ? T(1) : T(0);
      sum += decision == target[j] ? T(1) : T(0);
    }
    return sum / static_cast<T>(target.size());
  }
};

using Metric = std::variant<BinaryAccuracy>;

}  // namespace reprise
