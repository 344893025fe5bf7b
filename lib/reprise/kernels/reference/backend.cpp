#include "reprise/kernels/reference/backend.hpp"

#include <algorithm>

#include "reprise/kernels/reference/fused_dot.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

namespace {

// Calls body(0) .. body(n - 1) in the given order.
template <class Body>
void in_order(Summation summation, std::size_t n, Body&& body) {
  if (summation == Summation::ascending) {
    for (std::size_t i = 0; i < n; ++i) body(i);
  } else {
    for (std::size_t i = n; i-- > 0;) body(i);
  }
}

// The n values from `first` on, `step` apart, in the order in which the sum takes them.
template <class T>
Strided<T> ordered(Summation summation, const T* first, std::size_t step, std::size_t n) {
  const auto forward = static_cast<std::ptrdiff_t>(step);
  if (summation == Summation::ascending || n == 0) return {first, forward};
  return {first + (n - 1) * step, -forward};
}

}  // namespace

// XLA calls Eigen for products of matrices, but sums a product with one column in four lanes.
template <class T>
void ReferenceBackend<T>::dense_forward(MatrixView<const T> x, MatrixView<const T> kernel,
                                        std::span<const T> bias, MatrixView<T> z) {
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t u = 0; u < kernel.cols; ++u) {
      const auto inputs = ordered(summation_, x.row(i).data(), 1, x.cols);
      const auto weights = ordered(summation_, kernel.data + u, kernel.cols, x.cols);
      const T sum = kernel.cols == 1 ? four_lane_dot(inputs, weights, x.cols)
                                     : fused_dot(inputs, weights, x.cols);
      z(i, u) = bias.empty() ? sum : sum + bias[u];
    }
  }
}

template <class T>
void ReferenceBackend<T>::dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                                              MatrixView<T> dx) {
  for (std::size_t i = 0; i < dx.rows; ++i) {
    for (std::size_t k = 0; k < dx.cols; ++k) {
      dx(i, k) = fused_dot(ordered(summation_, dz.row(i).data(), 1, dz.cols),
                           ordered(summation_, kernel.row(k).data(), 1, dz.cols), dz.cols);
    }
  }
}

template <class T>
void ReferenceBackend<T>::sum_rows(MatrixView<const T> dz, std::span<T> dbias) const {
  for (std::size_t u = 0; u < dbias.size(); ++u) {
    T sum = 0;
    in_order(summation_, dz.rows, [&](std::size_t i) { sum += dz(i, u); });
    dbias[u] = sum;
  }
}

template <class T>
void ReferenceBackend<T>::dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz,
                                                 MatrixView<T> dkernel, std::span<T> dbias) {
  for (std::size_t k = 0; k < x.cols; ++k) {
    for (std::size_t u = 0; u < dz.cols; ++u) {
      dkernel(k, u) = fused_dot(ordered(summation_, x.data + k, x.cols, x.rows),
                                ordered(summation_, dz.data + u, dz.cols, x.rows), x.rows);
    }
  }
  sum_rows(dz, dbias);
}

// Up to kMostLaneColumns units are summed in four lanes (core/csr_lanes.hpp), more in one.
template <class T>
void ReferenceBackend<T>::csr_forward(const CsrBatch& x, MatrixView<const T> kernel,
                                      std::span<const T> bias, MatrixView<T> z) {
  for (std::size_t i = 0; i < x.rows.size(); ++i) {
    const auto columns = x.matrix.row(static_cast<std::size_t>(x.rows[i]));
    const auto out = z.row(i);
    Matrix<T> lanes(kSumLanes, out.size());
    std::ranges::fill(lanes.view().flat(), T(0));
    in_order(summation_, columns.size(), [&](std::size_t k) {
      const auto column = static_cast<std::size_t>(columns[k]);
      const auto lane = lanes.view().row(out.size() > kMostLaneColumns ? 0 : column % kSumLanes);
      for (std::size_t u = 0; u < out.size(); ++u) lane[u] += kernel(column, u);
    });
    for (std::size_t u = 0; u < out.size(); ++u) {
      out[u] = (lanes(0, u) + lanes(2, u)) + (lanes(1, u) + lanes(3, u));
      if (!bias.empty()) out[u] += bias[u];
    }
  }
}

template <class T>
void ReferenceBackend<T>::csr_backward_weights(const CsrBatch& x, MatrixView<const T> dz,
                                               MatrixView<T> dkernel, std::span<T> dbias) {
  std::ranges::fill(dkernel.flat(), T(0));
  in_order(summation_, x.rows.size(), [&](std::size_t i) {
    const auto delta = dz.row(i);
    for (const std::int32_t column : x.matrix.row(static_cast<std::size_t>(x.rows[i]))) {
      const auto out = dkernel.row(static_cast<std::size_t>(column));
      for (std::size_t u = 0; u < out.size(); ++u) out[u] += delta[u];
    }
  });
  sum_rows(dz, dbias);
}

template <class T>
void ReferenceBackend<T>::activation_forward(const Activation& activation, MatrixView<const T> z,
                                             MatrixView<T> y) {
  std::visit(
      [&](const auto& rule) {
        for (std::size_t i = 0; i < z.rows; ++i) apply_activation(rule, z.row(i), y.row(i));
      },
      activation);
}

template <class T>
void ReferenceBackend<T>::activation_backward(const Activation& activation, MatrixView<const T> z,
                                              MatrixView<const T> y, MatrixView<T> dy) {
  std::visit(
      [&](const auto& rule) {
        for (std::size_t i = 0; i < dy.rows; ++i) {
          pull_back_activation(rule, z.row(i), y.row(i), dy.row(i));
        }
      },
      activation);
}

template <class T>
void ReferenceBackend<T>::loss(const Loss& loss, MatrixView<const T> target,
                               MatrixView<const T> prediction, std::span<const T> upstream,
                               std::span<T> values, MatrixView<T> gradient) {
  std::visit(
      [&](const auto& rule) {
        for (std::size_t i = 0; i < target.rows; ++i) {
          values[i] = rule.value(target.row(i), prediction.row(i));
          if (gradient.data != nullptr) {
            rule.gradient(target.row(i), prediction.row(i), upstream[i], gradient.row(i));
          }
        }
      },
      loss);
}

template <class T>
void ReferenceBackend<T>::optimizer_pass(const Optimizer& optimizer, const OptimizerStep& step,
                                         std::span<T> weights, std::span<const T> gradients,
                                         std::span<T> slots) {
  with_formula<T>(optimizer, step, [&](const auto& formula) {
    constexpr int kSlots = std::remove_reference_t<decltype(formula)>::slots;
    const std::size_t n = weights.size();
    for (std::size_t i = 0; i < n; ++i) {
      T state[kSlots + 1];  // one more, because an optimizer may have no slots
      for (int s = 0; s < kSlots; ++s) state[s] = slots[s * n + i];
      formula(weights[i], gradients[i], state);
      for (int s = 0; s < kSlots; ++s) slots[s * n + i] = state[s];
    }
  });
}

template class ReferenceBackend<float>;
template class ReferenceBackend<double>;

}  // namespace reprise
