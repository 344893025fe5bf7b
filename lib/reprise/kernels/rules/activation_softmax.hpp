// Activations over a whole row (activation.hpp has the contract).
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "reprise/core/math.hpp"

namespace reprise {

// p_j = e_j / S with e_j = exp(z_j - max z) and S = sum e.
struct Softmax {
  static constexpr std::string_view name = "softmax";
  static constexpr bool row_wise = true;

  template <class T>
  static void forward(std::span<const T> z, std::span<T> y) {
    const T highest = *std::ranges::max_element(z);
    for (std::size_t j = 0; j < z.size(); ++j) y[j] = math::exp(z[j] - highest);
    T sum = 0;
    for (const T e : y) sum += e;
    for (T& p : y) p /= sum;
  }
  // JAX's chain, step by step: dL/de_j = dL/dp_j / S - (sum_k dL/dp_k e_k) / S^2, times e_j; the
  // maximum is held constant. In exact arithmetic p_j (dL/dp_j - sum_k dL/dp_k p_k).
  template <class T>
  static void backward(std::span<const T> z, std::span<const T>, std::span<T> dy) {
    const T highest = *std::ranges::max_element(z);
    T sum = 0, weighted = 0;
    T e[kChunk];  // of the chunk at hand; the row's where that is no longer
    const auto exponentials = [&](std::size_t first) {
      const std::size_t n = std::min(z.size() - first, kChunk);
      for (std::size_t j = 0; j < n; ++j) e[j] = math::exp(z[first + j] - highest);
      return n;
    };
    for (std::size_t first = 0; first < z.size(); first += kChunk) {
      const std::size_t n = exponentials(first);
      for (std::size_t j = 0; j < n; ++j) sum += e[j];
      for (std::size_t j = 0; j < n; ++j) weighted += dy[first + j] * e[j];
    }
    const T shared = weighted / (sum * sum);
    for (std::size_t first = 0; first < z.size(); first += kChunk) {
      const std::size_t n = z.size() <= kChunk ? z.size() : exponentials(first);
      for (std::size_t j = 0; j < n; ++j) {
        dy[first + j] = (dy[first + j] / sum - shared) * e[j];
      }
    }
  }

 private:
  static constexpr std::size_t kChunk = 64;
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
