// Metrics: one value per sample, which fit and evaluate average (keras/src/metrics, Keras 3.15.1).
//
// Targets and predictions are rows as in loss.hpp. Callbacks that monitor a metric use
// `higher_is_better`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <variant>

#include "reprise/kernels/rules/loss_custom.hpp"
#include "reprise/kernels/rules/loss_elementwise.hpp"

namespace reprise {

// (prediction > threshold) == target, averaged over the last axis
struct BinaryAccuracy {
  static constexpr std::string_view name = "binary_accuracy";
  static constexpr bool higher_is_better = true;
  static constexpr bool sparse_targets = false;
  double threshold = 0.5;
  bool mean_in_float32 = false;  // as in loss_elementwise.hpp
  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    return detail::mean_of<T>(target.size(), mean_in_float32, [&](std::size_t j) {
      const T decision = prediction[j] > static_cast<T>(threshold) ? T(1) : T(0);
      return decision == target[j] ? T(1) : T(0);
    });
  }
};

namespace detail {

// The index of the largest value, or of the first of equal ones, as np.argmax.
template <class T>
std::size_t argmax(std::span<const T> row) {
  return static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
}

// 1 if fewer than k predictions are greater than that of `label`, so ties count as in the top k.
template <class T>
T in_top_k(std::size_t label, std::span<const T> prediction, int k) {
  const T of_label = prediction[label];
  return std::ranges::count_if(prediction, [=](T p) { return p > of_label; }) < k ? T(1) : T(0);
}

}  // namespace detail

// argmax(target) == argmax(prediction)
struct CategoricalAccuracy {
  static constexpr std::string_view name = "categorical_accuracy";
  static constexpr bool higher_is_better = true;
  static constexpr bool sparse_targets = false;
  template <class T>
  static T value(std::span<const T> target, std::span<const T> prediction) {
    return detail::argmax(target) == detail::argmax(prediction) ? T(1) : T(0);
  }
};

// target is a class number
struct SparseCategoricalAccuracy {
  static constexpr std::string_view name = "sparse_categorical_accuracy";
  static constexpr bool higher_is_better = true;
  static constexpr bool sparse_targets = true;
  template <class T>
  static T value(std::span<const T> target, std::span<const T> prediction) {
    return target[0] == static_cast<T>(detail::argmax(prediction)) ? T(1) : T(0);
  }
};

struct TopKCategoricalAccuracy {
  static constexpr std::string_view name = "top_k_categorical_accuracy";
  static constexpr bool higher_is_better = true;
  static constexpr bool sparse_targets = false;
  int k = 5;
  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    return detail::in_top_k(detail::argmax(target), prediction, k);
  }
};

struct SparseTopKCategoricalAccuracy {
  static constexpr std::string_view name = "sparse_top_k_categorical_accuracy";
  static constexpr bool higher_is_better = true;
  static constexpr bool sparse_targets = true;
  int k = 5;
  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    // A loss with real targets accepts any number, so the target may not be a class.
    const bool is_class = target[0] >= T(0) && target[0] < static_cast<T>(prediction.size());
    return is_class ? detail::in_top_k(static_cast<std::size_t>(target[0]), prediction, k) : T(0);
  }
};

// The list over which names, flags, tests and help texts iterate. The two errors share their
// formulas with the losses.
using Metric = std::variant<BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy,
                            TopKCategoricalAccuracy, SparseTopKCategoricalAccuracy,
                            MeanSquaredError, MeanAbsoluteError, CustomMetric>;

}  // namespace reprise
