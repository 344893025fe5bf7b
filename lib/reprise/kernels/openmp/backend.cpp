#include "reprise/kernels/openmp/backend.hpp"

#include <algorithm>

#include "reprise/kernels/rules/optimizer_list.hpp"

namespace reprise {

namespace {

// About so many multiply-adds take the time of ten parallel regions (.5 us each on two cores).
constexpr std::size_t kWorthARegion = 50000;
// An exponential or a logarithm is worth about so many.
constexpr std::size_t kWorkOfExp = 50;
// The book's rows hold about so many ones.
constexpr std::size_t kOnesOfARow = 100;
constexpr std::size_t kCacheLine = 64;

// How many items are worth a thread, when one item is `work` multiply-adds.
std::size_t grain_for(std::size_t work) {
  return kWorthARegion / std::max<std::size_t>(work, 1) + 1;
}

// How many pieces of `size` cover n.
std::size_t pieces_of(std::size_t n, std::size_t size) { return (n + size - 1) / size; }

template <class T>
const T* start_of(std::span<const T> bias) {
  return bias.empty() ? nullptr : bias.data();
}

}  // namespace

// Each thread packs the right factor's panels that it needs, so panels are spread if there are
// enough of them, else rows.
template <class T>
void OpenmpBackend<T>::run(Multiply multiply, const Product<T>& product) {
  const std::size_t rows = product.rows, columns = product.columns;
  const std::size_t panels = pieces_of(columns, kernels_.tile_columns);
  const std::size_t tiles = pieces_of(rows, kernels_.tile_rows);
  const auto enough = 2 * static_cast<std::size_t>(team_.threads());
  const auto spread = [&](std::size_t pieces, std::size_t work, auto&& block_of) {
    team_.parallel_for(pieces, grain_for(work * product.terms),
                       [&](auto first, auto last) { multiply(product, block_of(first, last)); });
  };
  if (panels >= std::min(tiles, enough)) {
    const std::size_t size = kernels_.tile_columns;
    spread(panels, size * rows, [&](std::size_t first, std::size_t last) {
      return Block{0, rows, first * size, std::min(last * size, columns)};
    });
  } else {
    const std::size_t size = kernels_.tile_rows;
    spread(tiles, size * columns, [&](std::size_t first, std::size_t last) {
      return Block{first * size, std::min(last * size, rows), 0, columns};
    });
  }
}

template <class T>
void OpenmpBackend<T>::dense_forward(MatrixView<const T> x, MatrixView<const T> kernel,
                                     std::span<const T> bias, MatrixView<T> z) {
  const Product<T> product{x.rows,      kernel.cols, x.cols, x.data, x.cols,        1,
                           kernel.data, kernel.cols, 1,      z.data, start_of(bias)};
  run(kernel.cols == 1 ? kernels_.fused_product_of_one_column : kernels_.fused_product, product);
}

template <class T>
void OpenmpBackend<T>::dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                                           MatrixView<T> dx) {
  run(kernels_.fused_product, {dx.rows, dx.cols, dz.cols, dz.data, dz.cols, 1, kernel.data, 1,
                               kernel.cols, dx.data, nullptr});
}

template <class T>
void OpenmpBackend<T>::sum_rows(MatrixView<const T> dz, std::span<T> dbias) {
  const std::size_t line = kCacheLine / sizeof(T);
  team_.parallel_for(
      pieces_of(dbias.size(), line), grain_for(line * dz.rows), [&](auto first, auto last) {
        kernels_.sum_rows(dz.data, dz.rows, dz.cols, first * line,
                          std::min<std::size_t>(last * line, dbias.size()), dbias.data());
      });
}

template <class T>
void OpenmpBackend<T>::dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz,
                                              MatrixView<T> dkernel, std::span<T> dbias) {
  run(kernels_.product,
      {x.cols, dz.cols, x.rows, x.data, 1, x.cols, dz.data, dz.cols, 1, dkernel.data, nullptr});
  sum_rows(dz, dbias);
}

template <class T>
void OpenmpBackend<T>::csr_forward(const CsrBatch& x, MatrixView<const T> kernel,
                                   std::span<const T> bias, MatrixView<T> z) {
  const Lists lists{x.matrix.starts, x.matrix.columns};
  team_.parallel_for(
      x.rows.size(), grain_for(kOnesOfARow * kernel.cols), [&](auto first, auto last) {
        kernels_.sum_listed_rows(lists, x.rows.data(), kernel.data, kernel.cols, start_of(bias),
                                 z.data, {first, last, 0, kernel.cols});
      });
}

// Narrow layers add each row of dz to the rows of dkernel that its ones name; each thread owns a
// range of columns of x and takes those of the ones, which are neighbours because rows are
// ascending. In wide layers that is 2 KiB and more to read and write for each one; there the batch
// is turned round first, and each row of dkernel is summed in registers and written once: whole
// steps of the network of 512 units take .77 to .93 (float), .74 to .86 (double) of the time.
template <class T>
void OpenmpBackend<T>::csr_backward_weights(const CsrBatch& x, MatrixView<const T> dz,
                                            MatrixView<T> dkernel, std::span<T> dbias) {
  constexpr std::size_t kWide = 4 * kCacheLine / sizeof(T);
  if (dkernel.cols >= kWide) {
    columns_.turn(x);
    const Lists lists{columns_.starts(), columns_.rows()};
    const std::size_t pieces = pieces_of(dkernel.cols, kWide);
    team_.parallel_for(
        pieces, grain_for(kOnesOfARow * x.rows.size() * kWide), [&](auto first, auto last) {
          kernels_.sum_listed_rows(
              lists, nullptr, dz.data, dkernel.cols, nullptr, dkernel.data,
              {0, dkernel.rows, first * kWide, std::min<std::size_t>(last * kWide, dkernel.cols)});
        });
  } else {
    const Lists lists{x.matrix.starts, x.matrix.columns};
    team_.parallel_for(dkernel.rows, grain_for(10 * dkernel.cols), [&](auto first, auto last) {
      std::ranges::fill(dkernel.slice(first, last).flat(), T(0));
      kernels_.add_to_listed_rows(lists, x.rows.data(), x.rows.size(), dz.data, dkernel.cols,
                                  dkernel.data, {first, last, 0, dkernel.cols});
    });
  }
  sum_rows(dz, dbias);
}

// Elementwise rules take the whole batch as one range.
template <class T>
void OpenmpBackend<T>::activation_forward(const Activation& activation, MatrixView<const T> z,
                                          MatrixView<T> y) {
  std::visit(
      [&](const auto& rule) {
        if constexpr (RowWise<std::remove_cvref_t<decltype(rule)>>) {
          team_.parallel_for(z.rows, grain_for(kWorkOfExp * z.cols), [&](auto first, auto last) {
            for (std::size_t i = first; i < last; ++i) rule.forward(z.row(i), y.row(i));
          });
        } else {
          team_.parallel_for(z.rows * z.cols, grain_for(kWorkOfExp), [&](auto first, auto last) {
            const T* __restrict in = z.data;
            T* __restrict out = y.data;
            for (std::size_t i = first; i < last; ++i) out[i] = rule.value(in[i]);
          });
        }
      },
      activation);
}

template <class T>
void OpenmpBackend<T>::activation_backward(const Activation& activation, MatrixView<const T> z,
                                           MatrixView<const T> y, MatrixView<T> dy) {
  std::visit(
      [&](const auto& rule) {
        if constexpr (RowWise<std::remove_cvref_t<decltype(rule)>>) {
          team_.parallel_for(dy.rows, grain_for(kWorkOfExp * dy.cols), [&](auto first, auto last) {
            for (std::size_t i = first; i < last; ++i) rule.backward(z.row(i), y.row(i), dy.row(i));
          });
        } else {
          team_.parallel_for(dy.rows * dy.cols, grain_for(kWorkOfExp), [&](auto first, auto last) {
            const T* __restrict in = z.data;
            const T* __restrict out = y.data;
            T* __restrict gradient = dy.data;
            for (std::size_t i = first; i < last; ++i) {
              gradient[i] = pull_back(rule, in[i], out[i], gradient[i]);
            }
          });
        }
      },
      activation);
}

template <class T>
void OpenmpBackend<T>::loss(const Loss& loss, MatrixView<const T> target,
                            MatrixView<const T> prediction, std::span<const T> upstream,
                            std::span<T> values, MatrixView<T> gradient) {
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

template <class T>
void OpenmpBackend<T>::optimizer_pass(const Optimizer& optimizer, const OptimizerStep& step,
                                      std::span<T> weights, std::span<const T> gradients,
                                      std::span<T> slots) {
  with_formula<T>(optimizer, step, [&](const auto& formula) {
    using Formula = std::remove_cvref_t<decltype(formula)>;
    const auto pass = kernels_.optimizer_pass[Formulas<T>::template index<Formula>()];
    const std::size_t n = weights.size(), line = kCacheLine / sizeof(T);
    team_.parallel_for(pieces_of(n, line), grain_for(10 * line), [&](auto first, auto last) {
      pass(&formula, {weights.data(), gradients.data(), slots.data(), n, first * line,
                      std::min<std::size_t>(last * line, n)});
    });
  });
}

template class OpenmpBackend<float>;
template class OpenmpBackend<double>;

}  // namespace reprise
