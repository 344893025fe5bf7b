// Activations over a whole row (activation.hpp describes the interface).
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "reprise/core/math.hpp"

namespace reprise {

// p_j = e_j / S with e_j = exp(z_j - max z) and S = sum e.
struct Softmax {
  static constexpr std::string_view name = "softmax";
  static constexpr bool row_wise = true;

  template <class T>
  static void forward(std::span<const T> z, std::span<T> y) {
    shift(z, y);
    for (T& e : y) e = math::exp(e);
    divide(y, sum_of(std::span<const T>(y)));
  }
  template <class T>
  static void backward(std::span<const T> z, std::span<const T>, std::span<T> dy) {
    std::vector<T> e(z.size());
    shift(z, std::span(e));
    for (T& value : e) value = math::exp(value);
    pull_back(std::span<const T>(e), sum_of(std::span<const T>(e)), dy);
  }

  // The steps of forward and backward, for loops that compute the exponentials of many rows at
  // once.

  // y_j = z_j - max z
  template <class T>
  static void shift(std::span<const T> z, std::span<T> y) {
    const T highest = *std::ranges::max_element(z);
    for (std::size_t j = 0; j < z.size(); ++j) y[j] = z[j] - highest;
  }
  template <class T>
  static T sum_of(std::span<const T> e) {
    T sum = 0;
    for (const T value : e) sum += value;
    return sum;
  }
  // Overwrites e with p.
  template <class T>
  static void divide(std::span<T> e, T sum) {
    for (T& value : e) value /= sum;
  }
  // The steps of JAX: dL/de_j = dL/dp_j / S - (sum_k dL/dp_k e_k) / S^2, then dL/dz_j = dL/de_j
  // e_j, with the maximum held constant. In exact arithmetic this is p_j (dL/dp_j - sum_k dL/dp_k
  // p_k).
  template <class T>
  static void pull_back(std::span<const T> e, T sum, std::span<T> dy) {
    T weighted = 0;
    for (std::size_t j = 0; j < e.size(); ++j) weighted += dy[j] * e[j];
    pull_back(e, sum, weighted, dy);
  }
  // The same, given the sum of dy_j e_j.
  template <class T>
  static void pull_back(std::span<const T> e, T sum, T weighted, std::span<T> dy) {
    const T shared = weighted / (sum * sum);
    for (std::size_t j = 0; j < e.size(); ++j) dy[j] = (dy[j] / sum - shared) * e[j];
  }
};

// z_j - max z - log sum exp(z - max z)
struct LogSoftmax {
  static constexpr std::string_view name = "log_softmax";
  static constexpr bool row_wise = true;

  template <class T>
  static void forward(std::span<const T> z, std::span<T> y) {
    const T highest = *std::ranges::max_element(z);
    T sum = 0;
    for (const T value : z) sum += math::exp(value - highest);
    const T log_sum = math::log(sum);
    for (std::size_t j = 0; j < z.size(); ++j) y[j] = z[j] - highest - log_sum;
  }
  // dz_j = dy_j - softmax_j sum dy
  template <class T>
  static void backward(std::span<const T>, std::span<const T> y, std::span<T> dy) {
    T total = 0;
    for (const T d : dy) total += d;
    for (std::size_t j = 0; j < y.size(); ++j) dy[j] -= math::exp(y[j]) * total;
  }
};

}  // namespace reprise
