#include "reprise/kernels/openmp/backend.hpp"

#include <algorithm>
#include <cstring>

#include "reprise/kernels/rules/optimizer_list.hpp"

namespace reprise {

namespace {

// About so many multiply-adds take the time of ten parallel regions (.5 us each on two cores).
constexpr std::size_t kWorthARegion = 20000;
// An exponential or a logarithm is worth about so many.
constexpr std::size_t kWorkOfExp = 20;

// How many items are worth a thread, when one item is `work` multiply-adds.
std::size_t grain_for(std::size_t work) {
  return kWorthARegion / std::max<std::size_t>(work, 1) + 1;
}

// out += scale * in; the loop that the compiler vectorises everywhere below
inline void add_scaled(std::span<float> out, float scale, const float* __restrict in) {
  float* __restrict to = out.data();
  for (std::size_t u = 0; u < out.size(); ++u) to[u] += scale * in[u];
}

inline void add(std::span<float> out, const float* __restrict in) {
  float* __restrict to = out.data();
  for (std::size_t u = 0; u < out.size(); ++u) to[u] += in[u];
}

}  // namespace

void OpenmpBackend::dense_forward(MatrixView<const float> x, MatrixView<const float> kernel,
                                  std::span<const float> bias, MatrixView<float> z) {
  // owner of a row of z
  team_.parallel_for(x.rows, grain_for(kernel.rows * kernel.cols), [&](auto first, auto last) {
    for (std::size_t i = first; i < last; ++i) {
      const auto out = z.row(i);
      std::ranges::fill(out, 0.0f);
      for (std::size_t k = 0; k < x.cols; ++k) add_scaled(out, x(i, k), kernel.row(k).data());
      if (!bias.empty()) add(out, bias.data());
    }
  });
}

void OpenmpBackend::dense_backward_data(MatrixView<const float> dz, MatrixView<const float> kernel,
                                        MatrixView<float> dx) {
  // owner of a row of dx
  team_.parallel_for(dx.rows, grain_for(kernel.rows * kernel.cols), [&](auto first, auto last) {
    for (std::size_t i = first; i < last; ++i) {
      for (std::size_t k = 0; k < dx.cols; ++k) {
        float sum = 0;
        for (std::size_t u = 0; u < dz.cols; ++u) sum += dz(i, u) * kernel(k, u);
        dx(i, k) = sum;
      }
    }
  });
}

void OpenmpBackend::dense_backward_weights(MatrixView<const float> x, MatrixView<const float> dz,
                                           MatrixView<float> dkernel, std::span<float> dbias) {
  // owner of a row of dkernel; the row past the last stands for dbias
  const std::size_t rows = dkernel.rows + 1;
  team_.parallel_for(rows, grain_for(dz.rows * dz.cols), [&](auto first, auto last) {
    const std::size_t last_kernel = std::min<std::size_t>(last, dkernel.rows);
    for (std::size_t k = first; k < last_kernel; ++k) std::ranges::fill(dkernel.row(k), 0.0f);
    if (last == rows) std::ranges::fill(dbias, 0.0f);
    for (std::size_t i = 0; i < dz.rows; ++i) {
      const float* delta = dz.row(i).data();
      for (std::size_t k = first; k < last_kernel; ++k) add_scaled(dkernel.row(k), x(i, k), delta);
      if (last == rows) add(dbias, delta);
    }
  });
}

void OpenmpBackend::csr_forward(const CsrBatch& x, MatrixView<const float> kernel,
                                std::span<const float> bias, MatrixView<float> z) {
  // owner of a row of z; the book's rows hold about 100 ones
  team_.parallel_for(x.rows.size(), grain_for(100 * kernel.cols), [&](auto first, auto last) {
    for (std::size_t i = first; i < last; ++i) {
      const auto out = z.row(i);
      std::ranges::fill(out, 0.0f);
      for (const std::int32_t column : x.matrix.row(static_cast<std::size_t>(x.rows[i]))) {
        add(out, kernel.row(static_cast<std::size_t>(column)).data());
      }
      if (!bias.empty()) add(out, bias.data());
    }
  });
}

void OpenmpBackend::csr_backward_weights(const CsrBatch& x, MatrixView<const float> dz,
                                         MatrixView<float> dkernel, std::span<float> dbias) {
  // owner of a range of columns (words): each thread walks all rows and takes its range's ones,
  // which are neighbours because rows are ascending; the owner of column 0 also sums dbias
  team_.parallel_for(dkernel.rows, grain_for(10 * dkernel.cols), [&](auto first, auto last) {
    std::ranges::fill(dkernel.flat().subspan(first * dkernel.cols, (last - first) * dkernel.cols),
                      0.0f);
    if (first == 0) std::ranges::fill(dbias, 0.0f);
    for (std::size_t i = 0; i < x.rows.size(); ++i) {
      const float* delta = dz.row(i).data();
      const auto ones = x.matrix.row(static_cast<std::size_t>(x.rows[i]));
      auto one = std::ranges::lower_bound(ones, static_cast<std::int32_t>(first));
      for (; one != ones.end() && *one < static_cast<std::int32_t>(last); ++one) {
        add(dkernel.row(static_cast<std::size_t>(*one)), delta);
      }
      if (first == 0) add(dbias, delta);
    }
  });
}

void OpenmpBackend::activation_forward(const Activation& activation, MatrixView<const float> z,
                                       MatrixView<float> y) {
  std::visit(
      [&](const auto& rule) {
        if constexpr (RowWise<std::remove_cvref_t<decltype(rule)>>) {
          team_.parallel_for(z.rows, grain_for(kWorkOfExp * z.cols), [&](auto first, auto last) {
            for (std::size_t i = first; i < last; ++i) rule.forward(z.row(i), y.row(i));
          });
        } else {
          team_.parallel_for(z.rows * z.cols, kWorthARegion, [&](auto first, auto last) {
            for (std::size_t i = first; i < last; ++i) y.data[i] = rule.value(z.data[i]);
          });
        }
      },
      activation);
}

void OpenmpBackend::activation_backward(const Activation& activation, MatrixView<const float> z,
                                        MatrixView<const float> y, MatrixView<float> dy) {
  std::visit(
      [&](const auto& rule) {
        if constexpr (RowWise<std::remove_cvref_t<decltype(rule)>>) {
          team_.parallel_for(dy.rows, grain_for(kWorkOfExp * dy.cols), [&](auto first, auto last) {
            for (std::size_t i = first; i < last; ++i) rule.backward(z.row(i), y.row(i), dy.row(i));
          });
        } else {
          team_.parallel_for(dy.rows * dy.cols, kWorthARegion, [&](auto first, auto last) {
            for (std::size_t i = first; i < last; ++i) {
              dy.data[i] = pull_back(rule, z.data[i], y.data[i], dy.data[i]);
            }
          });
        }
      },
      activation);
}

void OpenmpBackend::loss(const Loss& loss, MatrixView<const float> target,
                         MatrixView<const float> prediction, std::span<const float> upstream,
                         std::span<float> values, MatrixView<float> gradient) {
  std::visit(
      [&](const auto& rule) {
        const std::size_t grain = grain_for(kWorkOfExp * prediction.cols);
        team_.parallel_for(target.rows, grain, [&](auto first, auto last) {
          for (std::size_t i = first; i < last; ++i) {
            values[i] = rule.value(target.row(i), prediction.row(i));
            if (gradient.data != nullptr) {
              rule.gradient(target.row(i), prediction.row(i), upstream[i], gradient.row(i));
            }
          }
        });
      },
      loss);
}

void OpenmpBackend::optimizer_pass(const Optimizer& optimizer, const OptimizerStep& step,
                                   std::span<float> weights, std::span<const float> gradients,
                                   std::span<float> slots) {
  with_formula<float>(optimizer, step, [&](const auto& formula) {
    constexpr int kSlots = std::remove_reference_t<decltype(formula)>::slots;
    const std::size_t n = weights.size();
    team_.parallel_for(n, kWorthARegion / 4, [&](std::size_t first, std::size_t last) {
      float* __restrict w = weights.data();
      const float* __restrict g = gradients.data();
      float* __restrict state = slots.data();
      for (std::size_t i = first; i < last; ++i) {
        float s[kSlots + 1];  // one more: a rule may have none
        for (int k = 0; k < kSlots; ++k) s[k] = state[k * n + i];
        formula(w[i], g[i], s);
        for (int k = 0; k < kSlots; ++k) state[k * n + i] = s[k];
      }
    });
  });
}

}  // namespace reprise
