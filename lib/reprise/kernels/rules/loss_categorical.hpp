// Cross-entropies over classes (loss.hpp describes the interface).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "reprise/core/math.hpp"
#include "reprise/kernels/rules/activation_softmax.hpp"
#include "reprise/kernels/rules/clipped.hpp"

namespace reprise {

namespace detail {

// The first class from j on whose target is not 0, or n. Most targets are 0, so a loop over the
// others computes far fewer logarithms than a loop over all classes.
template <class T, class Target>
[[gnu::always_inline]] inline std::size_t next_target(const Target& t, std::size_t j,
                                                      std::size_t n) {
  while (j < n && t(j) == T(0)) ++j;
  return j;
}

// The targets of an integer label: 1 for its class, 0 for the others.
template <class T>
struct OneAt {
  std::size_t label;
  T operator()(std::size_t j) const { return j == label ? T(1) : T(0); }
};

// The label is known, so nothing is searched. The search of 46 classes took 21 us of 56 with
// --isa=baseline, and 42 of 74 with avx2 (512 samples, AMD EPYC).
template <class T>
[[gnu::always_inline]] inline std::size_t next_target(const OneAt<T>& t, std::size_t j,
                                                      std::size_t n) {
  return j <= t.label && t.label < n ? t.label : n;
}

// -sum t log clip(q) with q = p / sum p, where t(j) is the target of class j and `total` is sum p.
// Keras divides the probabilities p by their sum even after a softmax.
template <class T, class Target>
[[gnu::always_inline]] inline T crossentropy_of_probabilities(std::span<const T> p, T total,
                                                              Target&& t) {
  T loss = 0;
  const std::size_t n = p.size();
  for (std::size_t j = next_target<T>(t, 0, n); j < n; j = next_target<T>(t, j + 1, n)) {
    loss -= t(j) * math::log(Clipped<T>(p[j] / total).value);
  }
  return loss;
}

// As JAX computes it: G_j = -upstream t_j m_j / clip(q_j), dL/dp_j = G_j / s - (sum_k G_k p_k) /
// s^2, with s = sum p = `total` and m the derivative of the clip. A sample has no gradient if the
// probability of its target is clipped (m = 0).
template <class T, class Target>
[[gnu::always_inline]] inline void pull_back_crossentropy_of_probabilities(std::span<const T> p,
                                                                           T total, Target&& t,
                                                                           T upstream,
                                                                           std::span<T> out) {
  T weighted = 0;
  const std::size_t n = p.size();
  for (T& gradient : out) gradient = T(0);
  for (std::size_t j = next_target<T>(t, 0, n); j < n; j = next_target<T>(t, j + 1, n)) {
    const Clipped<T> c(p[j] / total);
    out[j] = -(t(j) * upstream) * c.slope / c.value;
    weighted += out[j] * p[j];
  }
  const T shared = weighted / (total * total);
  for (T& gradient : out) gradient = gradient / total - shared;
}

// -sum t log softmax(z), given max z and sum exp(z - max z)
template <class T, class Target>
[[gnu::always_inline]] inline T crossentropy_of_sum(std::span<const T> z, T highest, T sum,
                                                    Target&& t) {
  T loss = 0;
  const T log_sum = math::log(sum);
  for (std::size_t j = 0; j < z.size(); ++j) loss -= t(j) * (z[j] - highest - log_sum);
  return loss;
}

// -sum t log softmax(z)
template <class T, class Target>
[[gnu::always_inline]] inline T crossentropy_of_logits(std::span<const T> z, Target&& t) {
  const T highest = *std::ranges::max_element(z);
  T sum = 0;
  for (const T value : z) sum += math::exp(value - highest);
  return crossentropy_of_sum(z, highest, sum, t);
}

// dL/dz_j = upstream (p_j sum t - t_j) with p = softmax(z), which `out` may hold
template <class T, class Target>
[[gnu::always_inline]] inline void pull_back_crossentropy_of_softmax(std::span<const T> p,
                                                                     Target&& t, T upstream,
                                                                     std::span<T> out) {
  T targets = 0;
  for (std::size_t j = 0; j < p.size(); ++j) targets += t(j);
  for (std::size_t j = 0; j < p.size(); ++j) out[j] = upstream * (p[j] * targets - t(j));
}

// The same from z.
template <class T, class Target>
[[gnu::always_inline]] inline void pull_back_crossentropy_of_logits(std::span<const T> z,
                                                                    Target&& t, T upstream,
                                                                    std::span<T> out) {
  Softmax::forward(z, out);
  pull_back_crossentropy_of_softmax(std::span<const T>(out), t, upstream, out);
}

}  // namespace detail

struct CategoricalCrossentropy {
  static constexpr std::string_view name = "categorical_crossentropy";
  static constexpr bool averages = false;
  static constexpr bool sparse_targets = false;

  bool from_logits = false;      // whether predictions are the inputs of a softmax
  double label_smoothing = 0.0;  // fraction by which targets move towards 1 / classes

  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    return from_logits ? detail::crossentropy_of_logits(prediction, targets(target))
                       : detail::crossentropy_of_probabilities(
                             prediction, Softmax::sum_of(prediction), targets(target));
  }
  template <class T>
  void gradient(std::span<const T> target, std::span<const T> prediction, T upstream,
                std::span<T> out) const {
    if (from_logits) {
      detail::pull_back_crossentropy_of_logits(prediction, targets(target), upstream, out);
    } else {
      detail::pull_back_crossentropy_of_probabilities(prediction, Softmax::sum_of(prediction),
                                                      targets(target), upstream, out);
    }
  }

  // Whether the loss of probabilities needs only their total and the targets.
  bool divides_by_total() const { return true; }
  // The function that gives the target of each class.
  template <class T>
  auto targets(std::span<const T> target) const {
    const T kept = static_cast<T>(1.0 - label_smoothing);
    const T added = static_cast<T>(label_smoothing) / static_cast<T>(target.size());
    return [=](std::size_t j) { return target[j] * kept + added; };
  }
};

struct SparseCategoricalCrossentropy {
  static constexpr std::string_view name = "sparse_categorical_crossentropy";
  static constexpr bool averages = false;
  static constexpr bool sparse_targets = true;  // class numbers from 0

  bool from_logits = false;
  CrossentropyForm form = CrossentropyForm::clipped;

  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    if (from_logits) return detail::crossentropy_of_logits(prediction, targets(target));
    if (form == CrossentropyForm::clipped) {
      return detail::crossentropy_of_probabilities(prediction, Softmax::sum_of(prediction),
                                                   targets(target));
    }
    const std::size_t label = static_cast<std::size_t>(target[0]);
    // clip(p) as logits log clip(p): log sum clip(p) - log clip(p_label), without p / sum p
    T total = 0;
    for (const T p : prediction) total += Clipped<T>(p).value;
    return math::log(total) - math::log(Clipped<T>(prediction[label]).value);
  }
  template <class T>
  void gradient(std::span<const T> target, std::span<const T> prediction, T upstream,
                std::span<T> out) const {
    if (from_logits) {
      detail::pull_back_crossentropy_of_logits(prediction, targets(target), upstream, out);
      return;
    }
    if (form == CrossentropyForm::clipped) {
      detail::pull_back_crossentropy_of_probabilities(prediction, Softmax::sum_of(prediction),
                                                      targets(target), upstream, out);
      return;
    }
    const std::size_t label = static_cast<std::size_t>(target[0]);
    T total = 0;
    for (const T p : prediction) total += Clipped<T>(p).value;
    for (std::size_t j = 0; j < prediction.size(); ++j) {
      const Clipped<T> c(prediction[j]);
      const T of_label = j == label ? T(1) / c.value : T(0);
      out[j] = upstream * c.slope * (T(1) / total - of_label);
    }
  }

  bool divides_by_total() const { return form == CrossentropyForm::clipped; }
  template <class T>
  static auto targets(std::span<const T> target) {
    return detail::OneAt<T>{static_cast<std::size_t>(target[0])};
  }
};

}  // namespace reprise
