// How the plans divide the rows of a batch among the threads of a team.
#pragma once

#include <algorithm>

#include "reprise/core/parallel.hpp"
#include "reprise/kernels/batch_step.hpp"
#include "reprise/kernels/openmp/work.hpp"

namespace reprise {

// Sessions and rows on `team`, which must outlive the result. A row of the batch takes `work`
// multiply-adds, and `rows_per_pass` rows go through all layers together.
inline Execution team_execution(Team& team, std::size_t work, std::size_t rows_per_pass) {
  return {[&team](const auto& body) { team.session(body); },
          [&team, work, rows_per_pass](std::size_t n, const auto& body) {
            team.parallel_for(n, grain_for(work), [&](std::size_t first, std::size_t last) {
              for (std::size_t i = first; i < last; i += rows_per_pass) {
                body({i, std::min(i + rows_per_pass, last)});
              }
            });
          }};
}

// Multiply-adds of one row of a batch, forward and backward, without the first layer's product.
template <class T>
std::size_t work_after_first_product(const NetworkDescription<T>& network) {
  std::size_t work = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&network.layers[l]);
    if (dense == nullptr) continue;
    work += ((l > 0 ? 2 * dense->kernel.rows : 0) + kExpWork) * dense->kernel.cols;
  }
  return work;
}

}  // namespace reprise
